using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Specifications;
using RnnActors.Data.Trained;
using RnnActors.Interop.Weights;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Trained;

namespace RnnActors.Cli.Commands;

/// <summary><c>import</c>: turns parameters of PyTorch or Keras into a run, which can be evaluated, used and trained further.</summary>
internal static class ImportCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("file")
        {
            Description = "A state_dict in .safetensors, or Keras's weights: .keras, .h5, or an .npz in the order of model.get_weights().",
        };
        var what = new Option<string?>("--spec")
        {
            Description = "The specification (.json) whose layers the file has, or data. A file of export --pytorch has its own.",
            HelpName = "SPEC",
        };
        var map = new Option<string[]>("--map")
        {
            Description = "Which module of the file a layer is, where shapes leave it open: --map lstm=encoder.rnn. May be given many times.",
            HelpName = "LAYER=MODULE",
            DefaultValueFactory = _ => [],
        };
        var directory = CommandOptions.Out();
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace the run that the folder holds." };
        var command = new Command("import", "Makes a run of a network that PyTorch or Keras trained.") { file, what, map, directory, overwrite };
        var keys = new SpecificationOptions();
        keys.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            if (!File.Exists(path)) throw MissingPath.Refuse(path, "there is no such file");
            var own = parsed.GetValue(what) is null ? StoredMetadata(path) : null;
            (string name, RunSpecification specification) = own is not null
                ? keys.Resolve(parsed, own[TrainingCheckpoint.SpecificationKey], path)
                : keys.Resolve(parsed, parsed.GetValue(what));
            var prepared = PreparedRun.Create(name, specification);
            if (own?.GetValueOrDefault(TrainingCheckpoint.PreparationKey) is { } preparation && preparation != prepared.Identity.Preparation)
            {
                throw new InvalidInputException(
                    "the data differ from those that the network was trained on: scales or vocabularies come out differently",
                    "Name the same data with --set data.path=FILE, or a specification with --spec to take the network for others", new SourceLocation(path));
            }

            float[] parameters = WeightFile.Read(path, prepared.Model, Map(parsed.GetValue(map)!));
            string? chosen = parsed.GetValue(directory) ?? specification.CheckpointDirectory;
            var folder = chosen is null ? RunFolder.NewFor(name) : new RunFolder(chosen);
            TrainedRun run = ImportedRun.Write(folder, prepared, parameters, parsed.GetValue(overwrite));
            terminal.Output.WriteLine($"parameters: {run.HashOf(ParameterChoice.Last)}");
            terminal.Output.WriteLine($"run: {folder.Shown}. Use it with evaluate, predict or generate; resume trains it further.");
        });
        return command;
    }

    /// <summary>The metadata of a file that <c>export --pytorch</c> wrote.</summary>
    /// <exception cref="InvalidInputException">It is another file, or damaged.</exception>
    private static IReadOnlyDictionary<string, string> StoredMetadata(string path) =>
        path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) && SafetensorsFile.Read(path).Metadata is { } stored
            && stored.ContainsKey(TrainingCheckpoint.SpecificationKey)
            ? stored
            : throw new InvalidInputException("the file does not say what its layers read", "Name a specification with --spec: rnnactors new makes one",
                new SourceLocation(path));

    private static Dictionary<string, string> Map(string[] given)
    {
        Dictionary<string, string> map = [];
        foreach (string one in given)
        {
            string[] sides = one.Split('=', 2);
            if (sides.Length < 2 || sides[0].Length == 0)
                throw new InvalidInputException($"--map {one} does not say LAYER=MODULE", "Write --map lstm=encoder.rnn");
            if (!map.TryAdd(sides[0], sides[1])) throw new InvalidInputException($"--map names the layer '{sides[0]}' twice", "Name it once");
        }

        return map;
    }
}
