using RnnActors.Core.Training;

namespace RnnActors.Training.Events;

/// <summary>How it stands with the cluster.</summary>
/// <param name="Text">As a sentence without its full stop.</param>
/// <param name="IsConnected">Whether there is a coordinator: where there is none, the nodes that took part join the next one.</param>
public sealed record ClusterNews(string Text, bool IsConnected = true) : TrainingEvent;
