using System.Text.Json;

namespace RnnActors.Runs.Ledgers;

/// <summary>A run's ledger, read completely. Damaged lines are ignored. If a step was computed again after a crash, its last line counts.</summary>
/// <param name="Steps">The steps, by number.</param>
/// <param name="Hashes">Hashes of the parameters by the step after which they were reported: at checkpoints, and where the specification asks for them.</param>
public sealed record Ledger(IReadOnlyDictionary<long, LedgerStep> Steps, IReadOnlyDictionary<long, string> Hashes)
{
    public const string FileName = "ledger.jsonl";

    /// <summary>Reads a file; empty where there is none, or it cannot be read.</summary>
    public static Ledger Read(string path)
    {
        Dictionary<long, LedgerStep> steps = [];
        Dictionary<long, string> hashes = [];
        try
        {
            foreach (string line in File.Exists(path) ? File.ReadLines(path) : []) Add(line, steps, hashes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What was read so far is enough: ledgers only serve comparisons.
        }

        return new Ledger(steps, hashes);
    }

    /// <summary>The first step from which on two ledgers differ, and what differs; null where they agree in all steps that both have.</summary>
    public (long Step, string What)? FirstDifference(Ledger other)
    {
        var steps = Steps.Keys.Where(other.Steps.ContainsKey).Select(step => (Step: step, What: Steps[step].DifferenceTo(other.Steps[step])));
        var hashes = Hashes.Keys.Where(other.Hashes.ContainsKey).Select(step => (Step: step, What: Hashes[step] == other.Hashes[step] ? null : "parameters"));
        var first = steps.Concat(hashes).Where(found => found.What is not null).OrderBy(found => found.Step).ThenBy(found => found.What == "parameters")
            .FirstOrDefault();
        return first.What is null ? null : (first.Step, first.What);
    }

    private static void Add(string line, Dictionary<long, LedgerStep> steps, Dictionary<long, string> hashes)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            JsonElement root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("step", out var number) || !number.TryGetInt64(out long step)) return;
            if (root.TryGetProperty("parameters", out var hash)) hashes[step] = hash.GetString() ?? "";
            else if (root.TryGetProperty("loss", out var loss))
            {
                steps[step] = new LedgerStep(
                    step, root.GetProperty("epoch").GetInt32(), root.GetProperty("batch").GetInt32(),
                    root.TryGetProperty("rows", out var rows) ? rows.GetString() : null,
                    root.GetProperty("rate").GetSingle(), loss.GetDouble(), root.GetProperty("norm").GetDouble());
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            // half a line, left by a killed process
        }
    }
}
