using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using RnnActors.Data.Splits;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>Examples that have been read and divided.</summary>
/// <param name="Notes">What was decided in reading and dividing them, a sentence each.</param>
public sealed record ExampleParts(IReadOnlyList<Example> Train, IReadOnlyList<Example> Validation, IReadOnlyList<Example> Test, IReadOnlyList<string> Notes)
{
    /// <summary>A field of rules: the number of an example's group, from 0 in order of appearance.</summary>
    public const string GroupField = "group";

    /// <param name="baseDirectory">Where relative paths start.</param>
    /// <param name="read">Reads a file or folder: its full path, and the path as the user named it.</param>
    /// <exception cref="InvalidInputException">A file cannot be read, or the examples cannot be divided so.</exception>
    public static ExampleParts Read(ExampleDataSpec spec, string baseDirectory, Func<string, string, ExampleList> read)
    {
        string Full(string path) => DataSpec.FullPath(path, baseDirectory);
        ExampleList Of(string path) => read(Full(path), path);

        ExampleList main = Of(spec.File!);
        ExampleSplitSpec split = spec.Split;
        if (spec.Path is null)
        {
            // A part that has a file is not drawn from the training file.
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
