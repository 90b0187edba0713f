// How large tiles can be: as large as the stage lets them, no flatter than 16:9, and not so narrow that faces are cut off.

export interface Fit {
  columns: number;
  width: number;
  height: number;
}

const FLATTEST = 16 / 9;
const NARROWEST = 8 / 7;
const NARROWEST_UPRIGHT = 3 / 4;

/** The size of `count` equal tiles with `gap` between them that fill `width` × `height` best. */
export function fitted(count: number, width: number, height: number, gap: number): Fit {
  const narrowest = height > width ? NARROWEST_UPRIGHT : NARROWEST;
  let best: Fit = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const rows = Math.ceil(Math.max(1, count) / columns);
    let wide = (width - gap * (columns - 1)) / columns;
    let high = (height - gap * (rows - 1)) / rows;
    if (wide <= 0 || high <= 0) continue;
    if (wide / high > FLATTEST) wide = high * FLATTEST;
    if (wide / high < narrowest) high = wide / narrowest;
    if (wide * high > best.width * best.height) best = { columns, width: Math.floor(wide), height: Math.floor(high) };
  }
  return best;
}
