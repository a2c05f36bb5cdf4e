using System.Text.Json.Nodes;

namespace RnnActors.Data.Specifications;

/// <summary>A key whose values differ in two specifications.</summary>
/// <param name="Path">The key: <c>training.optimizer.adam.learningRate</c>.</param>
/// <param name="Before">Its JSON in the first; <c>none</c> if it is absent.</param>
/// <param name="After">Its JSON in the second.</param>
/// <param name="MayChange">
/// Whether a run may be resumed with the second value if the user asks for it. This is false for everything that affects parameters, data or the order of
/// arithmetic.
/// </param>
public sealed record SpecificationDifference(string Path, string Before, string After, bool MayChange)
{
    private const string Nothing = "none";

    /// <summary>Keys that a resumed run may change, with everything inside them; <c>*</c> stands for any one name.</summary>
    internal static readonly string[] Changeable =
    [
        "training.epochs", "training.maxSteps", "training.optimizer.*.learningRate", "training.schedule", "training.earlyStopping", "checkpoint", "data.path",
    ];

    /// <summary>All differences, in the order of the keys.</summary>
    public static IReadOnlyList<SpecificationDifference> Between(RunSpecification before, RunSpecification after)
    {
        var differences = new List<SpecificationDifference>();
        Compare("", JsonNode.Parse(before.ToJson()), JsonNode.Parse(after.ToJson()), differences);
        return differences;
    }

    public override string ToString() => $"{Path}: {Before} → {After}";

    private static void Compare(string path, JsonNode? before, JsonNode? after, List<SpecificationDifference> differences)
    {
        if (JsonNode.DeepEquals(before, after)) return;
        switch (before, after)
        {
            case (JsonObject a, JsonObject b) when !IsAnotherChoice(a, b):
                foreach (string key in a.Select(member => member.Key).Union(b.Select(member => member.Key)))
                    Compare(path.Length == 0 ? key : $"{path}.{key}", a[key], b[key], differences);
                break;
            case (JsonArray a, JsonArray b) when a.Count == b.Count:
                for (int i = 0; i < a.Count; i++) Compare($"{path}.{i}", a[i], b[i], differences);
                break;
            default:
                differences.Add(new SpecificationDifference(path, Show(before), Show(after), IsChangeable(path)));
                break;
        }
    }

    /// <summary>Whether <c>{ "adam": … }</c> became <c>{ "sgd": … }</c>: that is one difference, not one for each key.</summary>
    private static bool IsAnotherChoice(JsonObject a, JsonObject b) => a.Count == 1 && b.Count == 1 && a.First().Key != b.First().Key;

    private static bool IsChangeable(string path)
    {
        string[] names = path.Split('.');
        return Changeable.Select(key => key.Split('.')).Any(key =>
            key.Length <= names.Length && key.Zip(names).All(pair => pair.First == "*" || pair.First == pair.Second));
    }

    private static string Show(JsonNode? node) => node?.ToJsonString() ?? Nothing;
}
