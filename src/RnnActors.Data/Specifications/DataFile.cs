using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Tasks;

namespace RnnActors.Data.Specifications;

/// <summary>Makes a specification for a data file: the template of the kind of task that suits it.</summary>
internal static class DataFile
{
    private const string DataPrefix = "data.";
    private static readonly string[] SpecificationExtensions = [".json", ".jsonc"];

    public static bool IsSpecification(string path) => SpecificationExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <param name="path">Null for generated data.</param>
    /// <param name="task">The name of the kind of task; null for the one that suits the file best.</param>
    public static RunSpecification Specify(string? path, IReadOnlyList<string> overrides, string? task)
    {
        if (path is not null && !File.Exists(path) && !Directory.Exists(path)) throw InputFile.NotThere(path, path);
        var changes = overrides.Where(change => change.StartsWith(DataPrefix, StringComparison.Ordinal));
        HashSet<string> keys = [.. changes.Select(change => change[DataPrefix.Length..].Split('=', '.')[0])];
        TaskKind kind = task is null ? TaskKinds.ForFile(path, keys) : TaskKinds.Named(task);
        foreach (string key in keys) RefuseOthersKey(kind, key);
        RunSpecification template = RunSpecification.Parse(kind.TemplateFor(path, overrides), "the template", Directory.GetCurrentDirectory(), overrides);
        return template with { Data = Complete(kind, template.Data, path, keys) };
    }

    /// <summary>Completes a template's data by looking at the file; errors name the file.</summary>
    public static DataSpec Complete(TaskKind kind, DataSpec data, string? path, IReadOnlySet<string> given)
    {
        try
        {
            return kind.Complete(data, path, given);
        }
        catch (InvalidInputException e) when (e.Where is null && path is not null)
        {
            throw new InvalidInputException(e.Problem, e.Remedy, new SourceLocation(path), e);
        }
    }

    /// <summary>Refuses an option that the user gave if only another kind of task has its key.</summary>
    private static void RefuseOthersKey(TaskKind kind, string key)
    {
        if (kind.DataKeys.Contains(key)) return;
        if (TaskKinds.All.SelectMany(other => other.Options).FirstOrDefault(option => option.Key == key)?.Name is not { } option) return;
        throw new InvalidInputException(
            $"{option} means nothing for {kind.FileNoun}", kind.InsteadOf(option) is { } other ? $"Leave it out, or use {other}" : "Leave it out");
    }
}
