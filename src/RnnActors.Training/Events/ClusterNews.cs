using RnnActors.Core.Training;

namespace RnnActors.Training.Events;

/// <summary>The state of the connection between a client and its cluster.</summary>
/// <param name="Text">As a sentence without its full stop.</param>
/// <param name="IsConnected">Whether there is a coordinator. Without one, the nodes that took part join the next one.</param>
public sealed record ClusterNews(string Text, bool IsConnected = true) : TrainingEvent;
