/** Size of the images that a model takes, in pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** An image as rows of pixels, channels last. */
export interface Pixels extends ImageSize {
  /** `height * width * channels` bytes. */
  readonly values: Uint8Array;
}
