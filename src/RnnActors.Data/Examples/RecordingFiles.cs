using System.Text.RegularExpressions;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Examples;

/// <summary>
/// Recordings as examples: a folder of WAV files that are labelled by their names or folders, or a table (a manifest) with a file in each row.
/// </summary>
public static class RecordingFiles
{
    /// <summary>The field of a recording's full path.</summary>
    public const string PathField = "path";

    /// <summary>The field of a recording's path in the folder.</summary>
    public const string FileField = "file";

    public const string LabelField = "label";

    /// <summary>Names of the form <c>7_jackson_32.wav</c>.</summary>
    private const string CommonPattern = @"(^|/)(?<label>[^_/]+)_(?<speaker>[^_/]+)_(?<take>[^_/]+)\.wav$";

    private const string AnyName = "(?<any>.)";

    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    private static readonly string[] FileColumns = ["file", "path", "filename", "audio", "wav", "audio_filepath", "recording"];

    private static readonly string[] TableExtensions = [".csv", ".tsv", ".jsonl"];

    /// <summary>Whether a folder has recordings.</summary>
    public static bool AreIn(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.wav", SearchOption.AllDirectories).Any();

    /// <summary>The column of a list of examples that names recordings; null if there is none.</summary>
    public static string? ColumnOf(ExampleList list) => list.Names.FirstOrDefault(name => FileColumns.Contains(name, StringComparer.OrdinalIgnoreCase)
        && list.Rows.Take(20).All(row => row.Has(name) && row[name].EndsWith(".wav", StringComparison.OrdinalIgnoreCase)));

    /// <param name="path">A folder or a manifest.</param>
    /// <param name="shown">The path as the user wrote it.</param>
    /// <param name="pattern">A regular expression over a file's path in the folder, whose named groups are fields; null to use names or folders.</param>
    /// <exception cref="InvalidInputException">There are no recordings, or they have no labels.</exception>
    public static ExampleList Read(string path, string shown, string? pattern, ExampleFormat format) =>
        Directory.Exists(path) ? OfFolder(path, shown, pattern) : OfManifest(path, shown, format);

    /// <summary>Reads recordings whose labels are not needed: those of a folder, those in a table, or a single WAV file.</summary>
    /// <param name="path">A folder, a manifest or a WAV file.</param>
    /// <param name="shown">The path as the user wrote it.</param>
    /// <exception cref="InvalidInputException">There are no recordings.</exception>
    public static IReadOnlyList<Example> ReadUnlabelled(string path, string shown, ExampleFormat format)
    {
        if (Directory.Exists(path)) return OfFolder(path, shown, AnyName).Rows;
        if (!path.EndsWith(".wav", StringComparison.OrdinalIgnoreCase)) return OfManifest(path, shown, format).Rows;
        return [new Example([FileField, PathField], [Path.GetFileName(path), Path.GetFullPath(path)], new SourceLocation(shown))];
    }

    private static ExampleList OfFolder(string folder, string shown, string? pattern)
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => file.EndsWith(".wav", StringComparison.OrdinalIgnoreCase))
                .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Where(file => !file.Split('/').Any(part => part.StartsWith('.')))
                    .Order(StringComparer.Ordinal),
        ];
        if (files.Length == 0)
            throw new InvalidInputException("there is no .wav file in this folder", "Give a folder of recordings", new SourceLocation(shown));
        Regex names = pattern is null ? Guess(folder, files, shown) : Compile(pattern, shown);
        string[] groups = [.. names.GetGroupNames().Where(group => !char.IsAsciiDigit(group[0]))];
        if (groups.Length == 0) throw new InvalidInputException($"the pattern {pattern} has no named group",
            "Name what is to be learnt, as in (?<label>\\d+)_(?<speaker>\\w+)\\.wav", new SourceLocation(shown));
        string[] fields = [.. groups, FileField, PathField];
        List<Example> rows = [];
        string? other = null;
        foreach (string file in files)
        {
            Match match = names.Match(file);
            if (!match.Success) other ??= file;
            else rows.Add(new Example(fields, [.. groups.Select(group => match.Groups[group].Value), file, Path.Combine(folder, file)],
                new SourceLocation($"{shown.TrimEnd('/', '\\')}/{file}")));
        }

        if (rows.Count == 0) throw new InvalidInputException($"the pattern {pattern} matches none of the {files.Length} files, such as {other}",
            "Correct data.pattern", new SourceLocation(shown));
        return new ExampleList(fields, rows,
            other is null ? [] : [$"{files.Length - rows.Count} of {files.Length} files are left out, since their names do not match the pattern, such "
            + $"as {other}"]);
    }

    private static Regex Compile(string pattern, string shown)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, PatternLimit);
        }
        catch (ArgumentException problem)
        {
            throw new InvalidInputException($"data.pattern is not a regular expression: {problem.Message.TrimEnd('.')}", "Correct it",
                new SourceLocation(shown), problem);
        }
    }

    /// <summary>The pattern of labels: a folder for each class, or names such as <c>7_jackson_32.wav</c>.</summary>
    private static Regex Guess(string folder, string[] files, string shown)
    {
        if (files.All(file => file.Contains('/', StringComparison.Ordinal)) && files.Select(file => file.Split('/')[0]).Distinct(StringComparer.Ordinal)
            .Count() > 1) return Compile(@"^(?<label>[^/]+)/", shown);
        Regex common = Compile(CommonPattern, shown);
        if (Array.TrueForAll(files, common.IsMatch)) return common;
        string? table = Directory.EnumerateFiles(folder).Where(file => TableExtensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal).FirstOrDefault();
        throw new InvalidInputException(
            $"nothing labels the recordings, such as {files[0]}",
            (table is null ? "" : $"If {Path.GetFileName(table)} says it, give that file in place of the folder. Else give ")
            + $"{(table is null ? "Give " : "")}data.pattern, a regular expression with named groups, such as "
            + "\"(?<label>\\\\d+)_(?<speaker>\\\\w+)\\\\.wav\", or put them into a folder a class", new SourceLocation(shown));
    }

    private static ExampleList OfManifest(string path, string shown, ExampleFormat format)
    {
        ExampleList list = ExampleFile.Read(path, shown, format with { UsedNames = [] });
        string column = ColumnOf(list) ?? throw new InvalidInputException(
            $"no column names .wav files; there are {string.Join(", ", list.Names)}", $"Name one of them {FileColumns[0]}",
            list.Rows.Count > 0 ? list.Rows[0].Where : new SourceLocation(shown));
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string[] others = [.. list.Names.Where(name => name != column && name is not (FileField or PathField))], names = [.. others, FileField, PathField];
        return new ExampleList(names,
            [.. list.Rows.Select(row =>
            new Example(names, [.. others.Select(name => row[name]), row[column], Path.GetFullPath(row[column], folder)], row.Where))], list.Notes);
    }
}
