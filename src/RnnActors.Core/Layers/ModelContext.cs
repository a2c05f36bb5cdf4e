namespace RnnActors.Core.Layers;

/// <summary>What a task says about the layers of its model.</summary>
/// <param name="OutputsName">The name of as many dense units as the task has outputs.</param>
/// <param name="LastReturnsSequences">
/// Whether the last recurrent layer returns every step where it does not say; those before it always do, since the next one reads them.
/// </param>
public sealed record ModelContext(string OutputsName, bool LastReturnsSequences)
{
    /// <summary>One forecast from the last step. Also for models without a task, whose canonical JSON leaves nothing open.</summary>
    public static readonly ModelContext Forecast = new("targets", false) { StepsName = "window" };

    /// <summary>A prediction at every step.</summary>
    public static readonly ModelContext LanguageModel = new("vocabulary", true) { LayerName = "languageLayer" };

    /// <summary>One label a row.</summary>
    public static readonly ModelContext Classification = new("classes", false) { LayerName = "classLayer" };

    /// <summary>The name of as many steps as all rows of the task have; null where they have lengths of their own.</summary>
    public string? StepsName { get; init; }

    /// <summary>What the JSON schema calls a layer of such models.</summary>
    public string LayerName { get; init; } = "layer";
}
