"""Trains the network of Relevance on pairs of a text and a flow; called by train.

The tokens are read by the quantised all-MiniLM-L6-v2 of the jar, as the service does, and stay as they are. Trained are
the projection, the comparison, and the decision: see Relevance.java for the formula.
"""
import argparse
import json
import tempfile
import zipfile

import jax
import jax.numpy as jnp
import numpy as np
import onnxruntime
import optax
from tokenizers import Tokenizer

MODEL = "all-minilm-l6-v2-q"
INPUTS = 384
TOKEN_LENGTH = 4.0
TEXT_TOKENS, FLOW_TOKENS = 40, 64
BATCH = 64
SMOOTHING = 0.05


class Tokens:
    """The model's vectors of a text's tokens, without the marks, each of length TOKEN_LENGTH."""

    def __init__(self, jar):
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(jar) as archive:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            options.add_session_config_entry("session.x64quantprecision", "1")
            self.session = onnxruntime.InferenceSession(archive.extract(f"{MODEL}.onnx", folder), options)
            self.pieces = Tokenizer.from_file(archive.extract(f"{MODEL}-tokenizer.json", folder))
        self.pieces.no_padding()
        self.pieces.no_truncation()

    def of(self, text):
        ids = np.array([self.pieces.encode(text).ids[:128]], dtype=np.int64)
        vectors = self.session.run(
            None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)})[0][0]
        vectors = vectors[1:-1] if len(vectors) > 2 else vectors
        return vectors * (TOKEN_LENGTH / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-6))

    def padded(self, texts, most):
        vectors = np.zeros((len(texts), most, INPUTS), np.float32)
        mask = np.zeros((len(texts), most), np.float32)
        for i, text in enumerate(texts):
            own = self.of(text)[:most]
            vectors[i, :len(own)] = own
            mask[i, :len(own)] = 1
        return vectors, mask


def start(key, width, hidden):
    keys = iter(jax.random.split(key, 4))

    def weights(rows, columns, scale=1.0):
        return jax.random.normal(next(keys), (rows, columns)) * scale / np.sqrt(rows)

    return {
        "projection": weights(INPUTS, width), "projection_base": jnp.zeros(width),
        "comparison": weights(4 * width, hidden), "comparison_base": jnp.zeros(hidden),
        "decision": weights(4 * hidden, hidden), "decision_base": jnp.zeros(hidden),
        "output": weights(hidden, 1, 0.1), "output_base": jnp.zeros(1),
        "sharpness": jnp.array(2.0),
    }


def logits(net, texts, text_mask, flows, flow_mask, key, drop):
    keys = jax.random.split(key, 5)

    def dropped(x, which):
        return x * jax.random.bernoulli(keys[which], 1 - drop, x.shape) / (1 - drop) if drop else x

    text = jnp.tanh(dropped(texts, 0) @ net["projection"] + net["projection_base"])
    flow = jnp.tanh(dropped(flows, 1) @ net["projection"] + net["projection_base"])
    scores = 2 * net["sharpness"] * jnp.einsum("bid,bjd->bij", text, flow) / np.sqrt(text.shape[-1])
    nowhere = -1e9
    for_text = jax.nn.softmax(scores + (1 - flow_mask[:, None, :]) * nowhere, -1) @ flow
    for_flow = jax.nn.softmax(jnp.swapaxes(scores, 1, 2) + (1 - text_mask[:, None, :]) * nowhere, -1) @ text

    def compared(own, other, mask, which):
        both = jnp.concatenate([own, other, jnp.abs(own - other), own * other], -1)
        each = jax.nn.relu(dropped(both, which) @ net["comparison"] + net["comparison_base"])
        mean = (each * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return jnp.concatenate([mean, (each + (1 - mask[..., None]) * nowhere).max(1)], -1)

    pooled = jnp.concatenate(
        [compared(text, for_text, text_mask, 2), compared(flow, for_flow, flow_mask, 3)], -1)
    decided = jax.nn.relu(dropped(pooled, 4) @ net["decision"] + net["decision_base"])
    return (decided @ net["output"] + net["output_base"])[:, 0]


def trained(pairs, tokens, args):
    texts = sorted({pair["text"] for pair in pairs})
    flows = sorted({pair["flow"] for pair in pairs})
    text_vectors, text_mask = tokens.padded(texts, TEXT_TOKENS)
    flow_vectors, flow_mask = tokens.padded(flows, FLOW_TOKENS)
    text_at = {text: i for i, text in enumerate(texts)}
    flow_at = {flow: i for i, flow in enumerate(flows)}
    at = np.array([(text_at[pair["text"]], flow_at[pair["flow"]]) for pair in pairs])
    fits = np.array([pair["fits"] for pair in pairs], np.float32) * (1 - SMOOTHING) + SMOOTHING / 2
    weight = np.array([pair["weight"] for pair in pairs], np.float32)

    key = jax.random.PRNGKey(args.seed)
    net = start(key, args.width, args.hidden)
    steps = args.epochs * (len(pairs) // BATCH)
    optimiser = optax.adamw(optax.cosine_decay_schedule(args.rate, steps), weight_decay=args.decay)
    state = optimiser.init(net)

    def loss(net, batch, key):
        error = optax.sigmoid_binary_cross_entropy(logits(net, *batch[:4], key, args.drop), batch[4])
        return (batch[5] * error).sum() / batch[5].sum()

    @jax.jit
    def step(net, state, batch, key):
        value, slope = jax.value_and_grad(loss)(net, batch, key)
        change, state = optimiser.update(slope, state, net)
        return optax.apply_updates(net, change), state, value

    for epoch in range(args.epochs):
        order = np.random.RandomState(100 * args.seed + epoch).permutation(len(pairs))
        losses = []
        for i in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[i:i + BATCH]
            key, own = jax.random.split(key)
            text, flow = at[rows, 0], at[rows, 1]
            batch = (text_vectors[text], text_mask[text], flow_vectors[flow], flow_mask[flow], fits[rows], weight[rows])
            net, state, value = step(net, state, batch, own)
            losses.append(float(value))
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}", flush=True)
    return net


def write(net, args):
    """Big-endian: three sizes, then the weights in the order in which Relevance reads them."""
    with open(args.out, "wb") as out:
        out.write(np.array([INPUTS, args.width, args.hidden], ">i4").tobytes())
        for name in ("projection", "projection_base", "comparison", "comparison_base", "decision", "decision_base",
                     "output", "output_base", "sharpness"):
            out.write(np.asarray(net[name]).astype(">f4").tobytes())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", required=True)
    parser.add_argument("--models", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--width", type=int, default=48)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=1e-2)
    parser.add_argument("--drop", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with open(args.pairs) as lines:
        pairs = [json.loads(line) for line in lines]
    print(f"{len(pairs)} pairs, {sum(pair['fits'] for pair in pairs)} that fit")
    write(trained(pairs, Tokens(args.models), args), args)


if __name__ == "__main__":
    main()
