using RnnActors.Core.Sequences;

namespace RnnActors.Interop.Onnx.Layers;

/// <summary>A signal of a network as a value of a graph: (T, B, F) of a sequence, tokens as (T, B), and (B, F) of one a row.</summary>
internal sealed record GraphSignal(string Value, Shape Shape);
