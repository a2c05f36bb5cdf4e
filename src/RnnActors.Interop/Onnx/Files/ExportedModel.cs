using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Data.Tasks.Exports;

namespace RnnActors.Interop.Onnx.Files;

/// <summary>A trained network with all that other programs must know of it.</summary>
/// <param name="Parameters">(P).</param>
/// <param name="Task">What stands around the network.</param>
/// <param name="Loss">What it was trained with, which says what its outputs are.</param>
/// <param name="Metadata">Of the run: its specification, the hash of its parameters.</param>
public sealed record ExportedModel(Model Model, ReadOnlyMemory<float> Parameters, TaskExport Task, Objective Loss,
    IReadOnlyDictionary<string, string> Metadata);
