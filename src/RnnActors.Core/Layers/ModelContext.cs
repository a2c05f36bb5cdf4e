namespace RnnActors.Core.Layers;

/// <summary>The defaults and names that a kind of task gives the layers of its models.</summary>
/// <param name="OutputsName">In JSON, the name for as many dense units as the task has outputs.</param>
/// <param name="LastReturnsSequences">
/// Whether the last recurrent layer returns every step by default. Those before it always do, since the next one reads them.
/// </param>
public sealed record ModelContext(string OutputsName, bool LastReturnsSequences)
{
    /// <summary>One forecast from the last step. Also used for models without a task, whose canonical JSON leaves nothing open.</summary>
    public static readonly ModelContext Forecast = new("targets", false) { StepsName = "window" };

    /// <summary>A prediction at every step.</summary>
    public static readonly ModelContext LanguageModel = new("vocabulary", true) { LayerName = "languageLayer" };

    /// <summary>One label per row.</summary>
    public static readonly ModelContext Classification = new("classes", false) { LayerName = "classLayer" };

    /// <summary>In JSON, the name for as many steps as all rows of the task have; null where lengths differ.</summary>
    public string? StepsName { get; init; }

    /// <summary>The name of such a layer in the JSON schema.</summary>
    public string LayerName { get; init; } = "layer";
}
