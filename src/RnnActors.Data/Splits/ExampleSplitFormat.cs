using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;

namespace RnnActors.Data.Splits;

/// <summary>The keys of a split of examples.</summary>
internal static class ExampleSplitFormat
{
    private const double Tolerance = 1e-6;

    public static Format<ExampleSplitSpec> Instance { get; } =
        new ObjectFormat<ExampleSplitSpec>("an object with train, validation and test", new(null, SplitPart.None, SplitPart.None))
            .Key(
                "train", "Training examples: a fraction, a number above 1, or a rule such as \"take >= 5\". Left out: all that the other parts leave.",
                new PartFormat().OrNothing(), s => s.Train, (s, v) => s with { Train = v })
            .Key("validation", "Examples for early stopping and choices.", new PartFormat(), s => s.Validation, (s, v) => s with { Validation = v })
            .Key("test", "Examples for the final figures.", new PartFormat(), s => s.Test, (s, v) => s with { Test = v })
            .Key("seed", "The seed that draws the examples of fractions.", Numbers.Unsigned(), s => s.Seed, (s, v) => s with { Seed = v })
            .Check(FractionsFit)
            .Named("exampleSplit");

    private static void FractionsFit(ExampleSplitSpec split, SourceNode node)
    {
        SplitPart[] parts = [.. new[] { split.Train, split.Validation, split.Test }.OfType<SplitPart>()];
        double sum = parts.Where(part => part is { Rule: null, Share: <= 1 }).Sum(part => part.Share);
        if (sum > 1 + Tolerance)
        {
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture, $"the fractions of {node.Path} add up to {sum:0.######}"), "Make them add up to 1 or less",
                node.Where);
        }

        if (split.Train is { IsWanted: false })
            throw new InvalidInputException($"{node.PathTo("train")} is 0: there would be nothing to train on", "Give it a share", node["train"]!.Where);
    }

    private sealed class PartFormat : Format<SplitPart>
    {
        public override string Expected => "a fraction from 0 to 1, a whole number of examples, or a rule such as \"take < 5\"";

        public override SplitPart Read(SourceNode node)
        {
            if (node.Kind == JsonValueKind.String)
            {
                try
                {
                    return new SplitPart(0, RowRule.Parse(node.Text).Text);
                }
                catch (InvalidInputException problem)
                {
                    throw new InvalidInputException($"{node.Path}: {problem.Problem}", problem.Remedy, node.Where, problem);
                }
            }

            double share = Numbers.AtLeastZero().Read(node);
            return share <= 1 || (share == Math.Floor(share) && share <= int.MaxValue) ? new SplitPart(share) : throw node.Refuse(Expected);
        }

        public override void Write(Utf8JsonWriter writer, SplitPart value)
        {
            if (value.Rule is { } rule) writer.WriteStringValue(rule);
            else writer.WriteNumberValue(value.Share);
        }

        public override JsonObject Schema(SchemaDefinitions definitions) => new()
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 },
                new JsonObject { ["type"] = "integer", ["minimum"] = 2, ["maximum"] = int.MaxValue },
                new JsonObject { ["type"] = "string", ["minLength"] = 1 }),
        };
    }
}
