using System.Reflection;

namespace RnnActors.Data.Specifications;

/// <summary>Commented specifications to start from, and the JSON schema of all of them.</summary>
public static class Templates
{
    /// <summary>JSON with comments: every key that is often changed, with what it means.</summary>
    public static string For(TaskKind task) => Resource(task == TaskKind.Forecast ? "forecast.jsonc" : "language-model.jsonc");

    /// <summary>The JSON schema (draft 2020-12) that editors complete and check specifications with.</summary>
    public static string Schema => Resource("specification.schema.json");

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"RnnActors.Data.Specifications.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
