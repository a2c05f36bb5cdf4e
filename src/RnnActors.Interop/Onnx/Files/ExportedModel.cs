using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Data.Tasks.Exports;

namespace RnnActors.Interop.Onnx.Files;

/// <summary>A trained network with all that other programs need to know of it.</summary>
/// <param name="Parameters">(P).</param>
/// <param name="Task">What surrounds the network: scales, vocabularies, names.</param>
/// <param name="Loss">The training objective, which determines what the outputs mean.</param>
/// <param name="Metadata">Properties of the run: its specification, the hash of its parameters.</param>
public sealed record ExportedModel(Model Model, ReadOnlyMemory<float> Parameters, TaskExport Task, Objective Loss,
    IReadOnlyDictionary<string, string> Metadata);
