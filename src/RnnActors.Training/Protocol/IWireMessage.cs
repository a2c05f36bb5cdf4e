namespace RnnActors.Training.Protocol;

/// <summary>
/// A message that crosses from process to process: a sealed, immutable MessagePack record, known to <c>WireSerializer</c> by a name that never changes. Floats of a
/// model never travel in one: they take the tensor channel.
/// </summary>
public interface IWireMessage;
