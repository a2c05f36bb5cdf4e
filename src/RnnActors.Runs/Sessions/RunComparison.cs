using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Ledgers;
using RnnActors.Runs.Trained;

namespace RnnActors.Runs.Sessions;

/// <summary>One side of a comparison.</summary>
/// <param name="Path">Path of its file.</param>
/// <param name="Step">Null where it is not a checkpoint.</param>
/// <param name="Parameters">The hash of its parameters; null where it is not a run's checkpoint.</param>
public sealed record ComparedSide(string Path, long? Step, string? Parameters);

/// <summary>Two runs, checkpoints or safetensors files, compared bit by bit.</summary>
/// <param name="Compared">Number of tensors that at least one of them has.</param>
/// <param name="Tensors">The tensors that differ.</param>
public sealed record RunComparison(ComparedSide First, ComparedSide Second, int Compared, IReadOnlyList<TensorDifference> Tensors)
{
    /// <summary>Keys of the specifications that differ; empty where one side is not a run.</summary>
    public IReadOnlyList<SpecificationDifference> Keys { get; init; } = [];

    /// <summary>Whether both runs read the same data; null where one side is not a run.</summary>
    public bool? SameData { get; init; }

    /// <summary>The first step in which their ledgers differ; null where none does, or one side has no ledger.</summary>
    public LedgerDifference? SinceStep { get; init; }

    /// <summary>Number of steps that both ledgers have.</summary>
    public int StepsInBoth { get; init; }

    /// <summary>Whether every bit of every tensor agrees.</summary>
    public bool Agrees => Tensors.Count == 0;

    /// <param name="first">A run's folder, a checkpoint of it, or any safetensors file.</param>
    /// <param name="second">The same.</param>
    /// <exception cref="InvalidInputException">One of them does not exist, or is none of these.</exception>
    public static RunComparison Of(string first, string second)
    {
        (TrainedRun? Run, SafetensorsFile File) a = Open(first), b = Open(second);
        var tensors = TensorDifference.Between(a.File.Tensors, b.File.Tensors);
        var compared = new RunComparison(
            Side(a.Run, a.File), Side(b.Run, b.File),
            a.File.Tensors.Select(tensor => tensor.Name).Union(b.File.Tensors.Select(tensor => tensor.Name)).Count(), tensors);
        if (a.Run is null || b.Run is null) return compared;
        Ledger ours = Ledger.Read(a.Run.Folder.LedgerPath), theirs = Ledger.Read(b.Run.Folder.LedgerPath);
        bool areTwo = a.Run.Folder.Path != b.Run.Folder.Path;
        return compared with
        {
            Keys = RunSpecification.Differences(a.Run.Specification, b.Run.Specification),
            SameData = a.Run.Identity.DataHash == b.Run.Identity.DataHash,
            SinceStep = areTwo && ours.FirstDifference(theirs) is { } found ? new LedgerDifference(found.Step, found.What) : null,
            StepsInBoth = areTwo ? ours.Steps.Keys.Count(theirs.Steps.ContainsKey) : 0,
        };
    }

    private static ComparedSide Side(TrainedRun? run, SafetensorsFile file) =>
        new(file.Path, run?.Checkpoint.Step, run is null ? null : TrainingCheckpoint.Hash(run.Model.Layout, run.State.Parameters));

    /// <summary>Opens one side. A folder must be a run; a file may be from another program.</summary>
    private static (TrainedRun? Run, SafetensorsFile File) Open(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path)) throw MissingPath.Refuse(path, "there is nothing to compare");
        try
        {
            TrainedRun run = TrainedRun.Open(path);
            return (run, run.Checkpoint.File);
        }
        catch (InvalidInputException) when (File.Exists(path))
        {
            return (null, SafetensorsFile.Read(path));
        }
    }
}
