using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.NumPy;
using RnnActors.Interop.Onnx;
using RnnActors.Interop.Onnx.Files;
using RnnActors.Interop.PyTorch;

namespace RnnActors.Cli.Commands;

/// <summary><c>export</c>: a run's network for ONNX Runtime, PyTorch or NumPy.</summary>
internal static class ExportCommand
{
    public static Command Create(Terminal terminal)
    {
        var path = RunOptions.Run();
        var onnx = Target("--onnx", "An ONNX file that reads raw values or tokens; two, .encoder.onnx and .decoder.onnx, of a translator.", "FILE.onnx");
        var pytorch = Target("--pytorch", "The parameters as a state_dict in safetensors, and beside them a torch.nn module in Python that loads them.",
            "FILE.safetensors");
        var numpy = Target("--numpy", "The parameters as NumPy arrays.", "FILE.npz");
        var rows = CommandOptions.AtLeast("--rows", 1,
            "Of a forecast in ONNX: rows ahead. Beyond the horizon, forecasts are read as if they had been observed.");
        var best = RunOptions.Best();
        var last = RunOptions.Last();
        var command = new Command("export",
            "Writes a trained network for other programs: ONNX, PyTorch, NumPy.") { path, onnx, pytorch, numpy, rows, best, last };
        command.SetAction(parsed =>
        {
            var choice = RunOptions.Choice(parsed.GetValue(best), parsed.GetValue(last));
            bool isOnnx = parsed.GetResult(onnx) is not null, isPyTorch = parsed.GetResult(pytorch) is not null, isNumPy = parsed.GetResult(numpy) is not null;
            if (!isOnnx && !isPyTorch && !isNumPy) throw new InvalidInputException("nothing is asked for", "Give --onnx, --pytorch or --numpy");
            if (parsed.GetValue(rows) is not null && !isOnnx) throw new InvalidInputException("--rows is for --onnx", "Leave it out");
            var run = RunOptions.Open(parsed.GetRequiredValue(path), warning => terminal.Error.WriteLine($"Warning: {warning}"));
            ReadOnlyMemory<float> parameters = run.Parameters(choice).Memory;
            var metadata = new Dictionary<string, string>
            {
                ["task"] = run.Specification.Task.Name,
                [TrainingCheckpoint.SpecificationKey] = run.Identity.Specification,
                [TrainingCheckpoint.ParametersKey] = run.HashOf(choice),
            };
            string File(Option<string?> option, string ending) => parsed.GetValue(option) ?? run.Folder.File("model" + ending);
            if (isOnnx)
            {
                WriteOnnx(terminal, new ExportedModel(run.Model, parameters, run.Export, run.Specification.Training.Loss, metadata), File(onnx, ".onnx"),
                    parsed.GetValue(rows));
            }

            if (isPyTorch)
            {
                string to = File(pytorch, ".pytorch.safetensors");
                string module = PyTorchExport.Write(
                    to, run.Model, parameters, metadata.Append(new(TrainingCheckpoint.PreparationKey, run.Identity.Preparation)));
                terminal.Output.WriteLine($"{ShownPath.Of(to)}{FormatNote(to, ".safetensors")}, and {ShownPath.Of(module)}, which loads it");
            }

            if (!isNumPy) return;
            string arrays = File(numpy, ".npz");
            Write(arrays, stream => NpzFile.Write(stream, run.Model.Layout.Slots.Select(slot =>
                (slot.Name, NumPyArray.Of(parameters.Slice(slot.Offset, slot.Length).Span, [.. slot.Shape.Select(extent => (long)extent)])))));
            terminal.Output.WriteLine($"{ShownPath.Of(arrays)}{FormatNote(arrays, ".npz")}");
        });
        return command;
    }

    private static void WriteOnnx(Terminal terminal, ExportedModel exported, string path, int? rows)
    {
        foreach (OnnxFile file in OnnxExport.Create(exported, rows))
        {
            string to = file.Part.Length > 0 ? Path.ChangeExtension(path, $".{file.Part}{Path.GetExtension(path)}") : path;
            byte[] bytes = file.ToBytes();
            Write(to, stream => stream.Write(bytes));
            terminal.Output.WriteLine(
                $"{ShownPath.Of(to)}{FormatNote(to, ".onnx")}: {string.Join(", ", file.Inputs)} in, {string.Join(", ", file.Outputs)} out");
        }
    }

    /// <summary>A note on the format of a file, if its extension does not show it; else empty.</summary>
    /// <param name="ending">The usual extension.</param>
    private static string FormatNote(string path, string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
        ? ""
        : $" (in the format of {ending} files, whatever its name)";

    private static void Write(string path, Action<Stream> content)
    {
        try
        {
            DurableFile.Write(path, content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"the network cannot be written: {e.Message.TrimEnd('.')}", "Give another file", new SourceLocation(path), e);
        }
    }

    /// <summary>An option with an optional file; without it, the file is in the run's folder.</summary>
    private static Option<string?> Target(string name, string description, string file) =>
        new(name) { Description = description, HelpName = file, Arity = ArgumentArity.ZeroOrOne };
}
