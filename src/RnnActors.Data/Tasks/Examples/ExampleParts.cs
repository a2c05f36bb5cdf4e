using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using RnnActors.Data.Splits;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>Examples that have been read and split.</summary>
/// <param name="Notes">What was decided in reading and splitting them, a sentence each.</param>
public sealed record ExampleParts(IReadOnlyList<Example> Train, IReadOnlyList<Example> Validation, IReadOnlyList<Example> Test, IReadOnlyList<string> Notes)
{
    /// <summary>A field for rules: the number of an example's group, from 0 in order of appearance.</summary>
    public const string GroupField = "group";

    /// <param name="baseDirectory">The folder to which relative paths refer.</param>
    /// <param name="read">Reads a file or folder, given its full path and the path as the user wrote it.</param>
    /// <exception cref="InvalidInputException">A file cannot be read, or the examples cannot be split as specified.</exception>
    public static ExampleParts Read(ExampleDataSpec spec, string baseDirectory, Func<string, string, ExampleList> read)
    {
        string Full(string path) => DataSpec.FullPath(path, baseDirectory);
        ExampleList Of(string path) => read(Full(path), path);

        ExampleList main = Of(spec.File!);
        ExampleSplitSpec split = spec.Split;
        if (spec.Path is null)
        {
            // A part with a file of its own is not taken from the training file.
            split = split with
            {
                Validation = spec.Validation is null ? split.Validation : SplitPart.None,
                Test = spec.Test is null ? split.Test : SplitPart.None,
            };
        }

        int[] groups = Groups(main, spec.GroupBy);
        ExampleSplit parts = ExampleSplit.Resolve(
            split, groups, (row, field) => field == GroupField ? $"{groups[row]}" : main.Rows[row][field], spec.GroupBy is null ? "examples" : "groups");
        List<string> notes = [.. main.Notes];
        if (parts.Unused > 0) notes.Add($"{Figures.Plural(parts.Unused, "example")} of {spec.File} {(parts.Unused == 1 ? "is" : "are")} in no part");
        IReadOnlyList<Example> Own(string? path, int[] drawn)
        {
            if (path is null) return [.. drawn.Select(row => main.Rows[row])];
            ExampleList list = Of(path);
            notes.AddRange(list.Notes.Except(notes));
            return list.Rows;
        }

        return new ExampleParts([.. parts.Train.Select(row => main.Rows[row])], Own(spec.Validation, parts.Validation), Own(spec.Test, parts.Test), notes);
    }

    private static int[] Groups(ExampleList list, string? by)
    {
        if (by is null) return [.. Enumerable.Range(0, list.Rows.Count)];
        Dictionary<string, int> known = new(StringComparer.Ordinal);
        int[] groups = new int[list.Rows.Count];
        for (int row = 0; row < groups.Length; row++)
        {
            string value = list.Rows[row][by];
            if (!known.TryGetValue(value, out groups[row])) known[value] = groups[row] = known.Count;
        }

        return groups;
    }
}
