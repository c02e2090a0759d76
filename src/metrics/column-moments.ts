/** Sums up how much each column of row-major values varies. */
export class ColumnMoments {
  #sums = new Float64Array(0);
  #squares = new Float64Array(0);
  #rows = 0;

  /** Rows so far. */
  get rows(): number {
    return this.#rows;
  }

  add(values: Float32Array, width: number): void {
    if (this.#sums.length === 0) {
      this.#sums = new Float64Array(width);
      this.#squares = new Float64Array(width);
    }
    for (const [index, value] of values.entries()) {
      this.#sums[index % width]! += value;
      this.#squares[index % width]! += value ** 2;
    }
    this.#rows += values.length / width;
  }

  /** `sum (x - mean)^2` of each column; 0 where only rounding errors are left. */
  variations(): number[] {
    return Array.from(this.#squares, (squares, column) => {
      const rest = squares - this.#sums[column]! ** 2 / Math.max(1, this.#rows);
      return rest > 1e-12 * squares ? rest : 0;
    });
  }

  /** Standard deviation of all values about their columns' means, over their root mean square; 0 without any. */
  spread(): number {
    const squares = this.#squares.reduce((sum, each) => sum + each, 0);
    return squares === 0 ? 0 : Math.sqrt(this.variations().reduce((sum, each) => sum + each, 0) / squares);
  }
}
