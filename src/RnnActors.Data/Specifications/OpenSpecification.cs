using System.Text.Json;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Data.Files;
using RnnActors.Data.Tasks;

namespace RnnActors.Data.Specifications;

/// <summary>A specification that leaves out its model or training. What is missing is filled in as <c>train FILE</c> does for a file of such data.</summary>
internal static class OpenSpecification
{
    private static readonly string[] NeededOfTraining = ["loss", "optimizer"], Parts = ["training", "checkpoint"];

    /// <summary>Whether a specification leaves out something that has no default of its own.</summary>
    /// <returns>False for an unknown task or one without data, which are refused elsewhere.</returns>
    public static bool Is(SourceNode node) =>
        KindOf(node) is not null && node["data"] is { Kind: JsonValueKind.Object }
        && (node["model"] is null || node["training"] is not { } training
            || (training.Kind == JsonValueKind.Object && NeededOfTraining.Any(key => training[key] is null)));

    /// <summary>Fills in what is missing; every given key keeps its value.</summary>
    /// <exception cref="InvalidInputException">There is no such file, it does not determine a choice, or a given value is wrong.</exception>
    public static RunSpecification Close(SourceNode node, string baseDirectory)
    {
        TaskKind kind = KindOf(node)!;
        SourceNode data = node["data"]!;
        SourceNode general = SourceParser.Parse(kind.Template, "the template");
        kind.DataFormat.Read(DataOver(general, data)); // reports errors in it before the file is read
        SourceNode? file = new[] { data["path"], data["train"] }.FirstOrDefault(path => path is { Kind: JsonValueKind.String });
        string? path = file is null ? null : DataSpec.FullPath(file.Text, baseDirectory);
        if (path is not null && !File.Exists(path) && !Directory.Exists(path))
        {
            throw new InvalidInputException(
                $"{file!.Path} is \"{file.Text}\", and there is no such file", InputFile.NotThere(path, file.Text).Remedy, file.Where);
        }

        string[] given =
        [
            .. data.Members.Where(member => member.Value.Kind == JsonValueKind.String).Select(member => $"data.{member.Name}={member.Value.Text}"),
        ];
        SourceNode template = SourceParser.Parse(kind.TemplateFor(path, given), "the template");
        SourceNode whole = Over(template, node).With("data", DataOver(template, data));
        foreach (string key in Parts)
            if (node[key] is { Kind: JsonValueKind.Object } part && template[key] is { } beneath) whole = whole.With(key, Over(beneath, part));

        RunSpecification read = RunFormat.Instance.Read(whole);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        DataSpec placed = read.Data.WithPaths(named =>
        {
            string full = DataSpec.FullPath(named, baseDirectory);
            names[full] = named;
            return full;
        });
        DataSpec completed = DataFile.Complete(kind, placed, path, data.Members.Select(member => member.Name).ToHashSet());
        return (read with { Data = completed.WithPaths(full => names.GetValueOrDefault(full, full)), BaseDirectory = baseDirectory }).With([]);
    }

    private static TaskKind? KindOf(SourceNode node) => TaskKinds.All.FirstOrDefault(kind => kind.Name == node["task"]?.Text);

    /// <summary>Merges the given data over a template's, whose path is only an example.</summary>
    private static SourceNode DataOver(SourceNode template, SourceNode given)
    {
        SourceNode beneath = template["data"]!;
        return Over(beneath with { Members = [.. beneath.Members.Where(member => member.Name != "path")] }, given);
    }

    /// <summary>Merges an object's keys over those of another; the place for error messages is the given object's.</summary>
    private static SourceNode Over(SourceNode beneath, SourceNode given) =>
        given.Members.Aggregate(beneath with { Path = given.Path, Where = given.Where }, (merged, member) => merged.With(member.Name, member.Value));
}
