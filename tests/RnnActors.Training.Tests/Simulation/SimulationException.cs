namespace RnnActors.Training.Tests.Simulation;

/// <summary>Something that must hold does not.</summary>
internal sealed class SimulationException(string message) : Exception(message);
