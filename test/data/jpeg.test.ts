import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { createRandom } from '../../src/core/index.js';
import { createJpegDecoder, type DecodeJpeg, plainJpegSize } from '../../src/data/images/jpeg.js';

/** Smooth colours with noise on them, so that every coefficient has something to say. */
function picture(width: number, height: number): Sharp {
  const random = createRandom(width * height);
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const [x, y] = [Math.floor(index / 3) % width, Math.floor(index / 3 / width)];
    return 128 + 80 * Math.sin(x / 5 + index) * Math.cos(y / 7) + 20 * random.normal();
  });
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

const decodedBySharp = (bytes: Uint8Array): Promise<Buffer> =>
  sharp(bytes).autoOrient().removeAlpha().toColourspace('srgb').raw().toBuffer();

describe('the quick JPEG decoder', () => {
  let decode: DecodeJpeg;
  before(async () => {
    decode = await createJpegDecoder();
  });

  for (const [what, image, options] of [
    ['4:2:0', picture(32, 32), {}],
    ['4:4:4', picture(32, 32), { chromaSubsampling: '4:4:4' }],
    ['an odd size', picture(33, 17), { quality: 60 }],
    ['progressive', picture(96, 96), { progressive: true }],
    ['optimised by mozjpeg', picture(50, 40), { mozjpeg: true }],
    ['grey', picture(32, 32).greyscale(), {}],
    ['one pixel', picture(1, 1), {}],
  ] as const) {
    it(`gives what sharp gives: ${what}`, async () => {
      const bytes = await image.jpeg(options).toBuffer();
      const { width, height } = await sharp(bytes).metadata();
      const decoded = await decode(bytes, { width, height });
      assert.deepEqual(decoded, { width, height, values: new Uint8Array(await decodedBySharp(bytes)) });
    });
  }

  it('leaves to sharp what is more than pixels, what is not whole, and what is large', async () => {
    const jpeg = await picture(16, 16).jpeg().toBuffer();
    const size = { width: 16, height: 16 };
    assert.notEqual(await decode(jpeg, size), null);
    for (const [what, bytes] of [
      ['turned by EXIF', await picture(16, 16).jpeg().withMetadata({ orientation: 6 }).toBuffer()],
      ['with a colour profile', await picture(16, 16).jpeg().withIccProfile('p3').toBuffer()],
      ['CMYK', await picture(16, 16).toColourspace('cmyk').jpeg().toBuffer()],
      ['PNG', await picture(16, 16).png().toBuffer()],
      ['truncated', jpeg.subarray(0, jpeg.length - 40)],
      ['its head alone', Buffer.concat([jpeg.subarray(0, 30), Buffer.from([0xff, 0xd9])])],
      ['empty', Buffer.alloc(0)],
      ['large', await picture(160, 160).jpeg().toBuffer()],
    ] as const)
      assert.equal(await decode(bytes), null, what);
    assert.equal(await decode(jpeg, { width: 8, height: 16 }), null);
  });

  it('does not stumble over damaged bytes', async () => {
    const jpeg = await picture(16, 16).jpeg().toBuffer();
    const random = createRandom(1);
    for (let round = 0; round < 300; round++) {
      const damaged = Buffer.from(jpeg);
      for (let hit = 0; hit < 4; hit++) damaged[2 + random.below(jpeg.length - 4)] = random.below(256);
      const size = plainJpegSize(damaged);
      const decoded = await decode(damaged);
      if (decoded !== null) assert.equal(decoded.values.length, 3 * size!.width * size!.height);
    }
    assert.deepEqual((await decode(jpeg))!.values, new Uint8Array(await decodedBySharp(jpeg)));
  });
});
