using RnnActors.Core.Sequences;

namespace RnnActors.Interop.Onnx.Layers;

/// <summary>A signal of a network as a value of a graph: (T, B, F) for a sequence of values, (T, B) for tokens, (B, F) for one value per row.</summary>
internal sealed record GraphSignal(string Value, Shape Shape);
