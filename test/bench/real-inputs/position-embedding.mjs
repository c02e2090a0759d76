/** The custom layer of nnvis-imdb: one vector a position, whatever stands there. For `--require`. */
export default function register(tf) {
  class PositionEmbedding extends tf.layers.Layer {
    constructor(config) {
      super(config);
      this.length = config.sequence_length ?? config.sequenceLength;
    }
    build([, , size]) {
      this.embeddings = this.addWeight('embeddings', [this.length, size], 'float32', tf.initializers.zeros());
      super.build();
    }
    call(inputs) {
      const [x] = [inputs].flat();
      const rows = tf.slice(this.embeddings.read(), [0, 0], [x.shape[1], -1]);
      return tf.broadcastTo(tf.expandDims(rows, 0), x.shape);
    }
    getConfig() {
      return { ...super.getConfig(), sequenceLength: this.length };
    }
    static get className() {
      return 'PositionEmbedding';
    }
  }
  tf.serialization.registerClass(PositionEmbedding);
}
