import { describe, expect, it } from "vitest";
import { fitted } from "./layout";

describe("tiles on the stage", () => {
  it("stay inside it and keep their shape, from one to fifty", () => {
    for (const [width, height] of [[1100, 700], [374, 640], [700, 374], [320, 320]] as const) {
      for (let count = 1; count <= 50; count += 1) {
        const fit = fitted(count, width, height, 8);
        const rows = Math.ceil(count / fit.columns);
        expect(fit.columns * fit.width + 8 * (fit.columns - 1)).toBeLessThanOrEqual(width);
        expect(rows * fit.height + 8 * (rows - 1)).toBeLessThanOrEqual(height);
        expect(fit.width / fit.height).toBeLessThan(16 / 9 + 0.08);
        expect(fit.width / fit.height).toBeGreaterThan(3 / 4 - 0.08);
      }
    }
  });

  it("stand below each other on a phone and beside each other on a desk", () => {
    expect(fitted(2, 374, 640, 8).columns).toBe(1);
    expect(fitted(2, 1100, 600, 8).columns).toBe(2);
    expect(fitted(4, 374, 640, 8).columns).toBe(2);
    expect(fitted(9, 1100, 650, 8).columns).toBe(3);
  });

  it("are nothing where there is no room", () => {
    expect(fitted(3, 0, 0, 8).width).toBe(0);
  });
});
