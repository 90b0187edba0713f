import { describe, expect, it } from "vitest";
import { PenPad } from "./pen-pad";

describe("pen-pad", () => {
  it("sends whole pixels and drops empty strokes", () => {
    const data = [{ points: [{ x: 1.4, y: 2.6, pressure: 0.506 }] }, { points: [] }];
    expect(PenPad.strokes(data, 300.4, 120)).toEqual({ w: 300, h: 120, strokes: [[[1, 3, 0.51]]] });
  });
});
