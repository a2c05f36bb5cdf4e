using RnnActors.Data.Specifications;
using RnnActors.Interop.Onnx.Files;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Trained;

namespace RnnActors.Interop.Tests;

/// <summary>Runs with random parameters, which need no training.</summary>
internal static class RandomRuns
{
    public static TrainedRun Create(TemporaryFolder folder, string name, string file, string? task, params string[] changes)
    {
        var specification = RunSpecification.ForDataFile(file,
            ["training.earlyStopping=null", .. changes.Where(change => change.StartsWith("data.", StringComparison.Ordinal))], task).With(changes);
        var prepared = PreparedRun.Create(name, specification);
        var parameters = prepared.Model.CreateParameters(3);
        var random = new Random(11);
        foreach (var slot in prepared.Model.Layout.Slots)
            foreach (ref float value in parameters.Span.Slice(slot.Offset, slot.Length)) value = (float)((random.NextDouble() - 0.5) * 0.9);
        return ImportedRun.Write(new RunFolder(folder.File(name)), prepared, parameters.Memory);
    }

    public static ExportedModel Export(this TrainedRun run) => new(
        run.Model, run.Parameters().Memory, run.Export, run.Specification.Training.Loss,
        new Dictionary<string, string> { ["task"] = run.Specification.Task.Name });
}
