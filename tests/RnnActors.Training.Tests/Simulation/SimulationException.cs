namespace RnnActors.Training.Tests.Simulation;

/// <summary>Something that must hold does not.</summary>
internal sealed class SimulationException(string message) : Exception(message);

/// <summary>A machine computed wrongly in a step that was told not to be audited, since nobody could: what follows has other bits, as it was said.</summary>
internal sealed class UnauditedException : Exception;
