// A picture of a page as a small file: its colours counted and the usual ones kept, which is a third
// of what the browser writes.

import { crc32, deflateSync } from "node:zlib";

/** Turns the PNG of a screenshot into one of at most 256 colours; a page of the browser reads it. */
export async function smaller(page, png) {
  const { width, height, palette, pixels } = await page.evaluate(
    counted,
    `data:image/png;base64,${png.toString("base64")}`,
  );
  const indices = Buffer.from(pixels, "base64");
  // Each line begins with how it was filtered: not at all.
  const lines = Buffer.alloc((width + 1) * height);
  for (let line = 0; line < height; line += 1) {
    indices.copy(lines, line * (width + 1) + 1, line * width, (line + 1) * width);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits a pixel, which name a colour of the palette.
  head.set([8, 3], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(palette)),
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name, content) {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** Runs in a page: the colours of a picture, the usual ones first, and which one each pixel has. */
async function counted(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  // Colours that nobody tells apart count as one.
  const keyAt = (at) => ((data[at] >> 3) << 10) | ((data[at + 1] >> 3) << 5) | (data[at + 2] >> 3);
  const kinds = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const kind = kinds.get(keyAt(at)) ?? { count: 0, colour: [...data.slice(at, at + 3)] };
    kind.count += 1;
    kinds.set(keyAt(at), kind);
  }
  const usual = [...kinds.values()].sort((a, b) => b.count - a.count).slice(0, 256);
  const distance = (a, b) => a.reduce((sum, value, index) => sum + (value - b[index]) ** 2, 0);
  const nearest = new Map();
  for (const [key, { colour }] of kinds) {
    const distances = usual.map((one) => distance(one.colour, colour));
    nearest.set(key, distances.indexOf(Math.min(...distances)));
  }
  let pixels = "";
  for (let at = 0; at < data.length; at += 4) {
    pixels += String.fromCharCode(nearest.get(keyAt(at)));
  }
  return { width, height, palette: usual.flatMap(({ colour }) => colour), pixels: btoa(pixels) };
}
