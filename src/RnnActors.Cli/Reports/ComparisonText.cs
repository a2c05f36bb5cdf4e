using System.Text.Json.Nodes;
using RnnActors.Cli.Display;
using RnnActors.Data.Files;
using RnnActors.Data.Wording;
using RnnActors.Runs.Sessions;

namespace RnnActors.Cli.Reports;

/// <summary>Compares two runs or checkpoints side by side.</summary>
internal static class ComparisonText
{
    public static void Write(Terminal terminal, RunComparison compared)
    {
        Side("a", compared.First);
        Side("b", compared.Second);
        if (compared.SameData is false) terminal.Output.WriteLine("The data that they were given differ.");
        if (compared.Keys.Count > 0)
        {
            terminal.Output.WriteLine("Keys of the specification that differ:");
            foreach (var key in compared.Keys) terminal.Output.WriteLine($"  {key}");
        }

        if (compared.SinceStep is { } since) terminal.Output.WriteLine($"By their ledgers they differ since step {Figures.Count(since.Step)} ({since.What}).");
        else if (compared.StepsInBoth > 0)
            terminal.Output.WriteLine($"By their ledgers they agree in all steps that both have: {Figures.Count(compared.StepsInBoth)}.");
        if (compared.Tensors.Count == 0)
        {
            terminal.Output.WriteLine($"All {Figures.Plural(compared.Compared, "tensor")} have the same bits.");
            return;
        }

        terminal.Output.WriteLine($"{Figures.Count(compared.Tensors.Count)} of {Figures.Plural(compared.Compared, "tensor")} differ:");
        TensorTable.Write(terminal, compared.Tensors);

        void Side(string name, ComparedSide side)
        {
            string step = side.Step is { } number ? $", step {Figures.Count(number)}" : "";
            string hash = side.Parameters is { } parameters ? $", parameters {parameters}" : "";
            terminal.Output.WriteLine($"{name}  {ShownPath.Of(side.Path)}{step}{hash}");
        }
    }

    public static void WriteJson(Terminal terminal, RunComparison compared) => new JsonLineWriter(terminal.Output).Write(
        "compared", ("agrees", compared.Agrees), ("a", Side(compared.First)), ("b", Side(compared.Second)), ("same_data", compared.SameData),
        ("keys", new JsonArray([.. compared.Keys.Select(key => new JsonObject { ["key"] = key.Path, ["a"] = key.Before, ["b"] = key.After })])),
        ("since_step", compared.SinceStep?.Step), ("since_what", compared.SinceStep?.What), ("steps_in_both", compared.StepsInBoth),
            ("tensors", compared.Compared),
        ("differences", TensorTable.Json(compared.Tensors)));

    private static JsonObject Side(ComparedSide side) => new() { ["path"] = side.Path, ["step"] = side.Step, ["parameters"] = side.Parameters };
}
