using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;

namespace RnnActors.Data.Splits;

/// <summary>The keys of a split. A part that is left out has no rows.</summary>
internal static class SplitFormat
{
    private const double Tolerance = 1e-6;

    public static Format<SplitSpec> Instance { get; } = new ObjectFormat<SplitSpec>("an object with train, validation and test", new(0))
        .Required("train", "Training rows, a fraction of all rows or a number above 1; \"rest\" for what the other parts leave.",
            new PartFormat(mayBeRest: true), s => s.Train, (s, v) => s with { Train = v })
        .Key("validation", "Rows after them, for early stopping and choices.", new PartFormat(), s => s.Validation, (s, v) => s with { Validation = v })
        .Key("test", "Rows after those, for the final figures.", new PartFormat(), s => s.Test, (s, v) => s with { Test = v })
        .Key("unused", "Rows at the end that no part uses, as if they were not there yet.", Numbers.Whole(0), s => s.Unused, (s, v) => s with { Unused = v })
        .Check(HasTraining)
        .Check(FractionsFit)
        .Named("split");

    private static void HasTraining(SplitSpec split, SourceNode node)
    {
        if (split.Train == 0)
            throw new InvalidInputException($"{node.PathTo("train")} is 0: there would be nothing to train on", "Give it a share", node["train"]!.Where);
    }

    private static void FractionsFit(SplitSpec split, SourceNode node)
    {
        bool isOneARow = split.Train == SplitSpec.Rest; // 1 means one row, since all rows would leave none
        double sum = new[] { split.Train, split.Validation, split.Test }.Where(part => part >= 0 && (part < 1 || (part == 1 && !isOneARow))).Sum();
        if (sum <= 1 + Tolerance) return;
        throw new InvalidInputException(
            string.Create(CultureInfo.InvariantCulture, $"the fractions of {node.Path} add up to {sum:0.######}"), "Make them add up to 1 or less", node.Where);
    }

    private sealed class PartFormat(bool mayBeRest = false) : Format<double>
    {
        private const string RestName = "rest";

        public override string Expected => $"a fraction from 0 to 1 or a whole number of rows{(mayBeRest ? $", or \"{RestName}\"" : "")}";

        public override double Read(SourceNode node)
        {
            if (mayBeRest && node.Kind == JsonValueKind.String && node.Text == RestName) return SplitSpec.Rest;
            double part = Numbers.AtLeastZero().Read(node);
            return part <= 1 || (part == Math.Floor(part) && part <= int.MaxValue) ? part : throw node.Refuse(Expected);
        }

        public override void Write(Utf8JsonWriter writer, double value)
        {
            if (value == SplitSpec.Rest) writer.WriteStringValue(RestName);
            else writer.WriteNumberValue(value);
        }

        public override JsonObject Schema(SchemaDefinitions definitions) => new()
        {
            ["anyOf"] = new JsonArray(
            [
                new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 },
                new JsonObject { ["type"] = "integer", ["minimum"] = 2, ["maximum"] = int.MaxValue },
                .. mayBeRest ? (JsonNode[])[new JsonObject { ["const"] = RestName }] : [],
            ]),
        };
    }
}
