namespace RnnActors.Core.Tests;

/// <summary>A folder and the other folders of its project that its sources may use.</summary>
internal sealed record FolderRule(string Folder, params string[] MayUse);

/// <summary>
/// The folders of the projects. A folder may use folders that stand above it and no others, so there is no circle. A project that is not named here has rules of its own
/// in <see cref="ArchitectureTests"/>.
/// </summary>
internal static class FolderRules
{
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<FolderRule>> OfProject = new Dictionary<string, IReadOnlyList<FolderRule>>
    {
        ["RnnActors.Data"] =
        [
            new("Files"),
            new("Splits"),
            new("Tables"),
            new("Wording"),
            new("Series", "Tables"),
            new("Text", "Files"),
            new("Tasks", "Splits"),
            new("Tasks/Forecasting/Windows", "Splits", "Tables", "Tasks"),
            new("Tasks/Forecasting/Baselines", "Tasks/Forecasting/Windows"),
            new("Tasks/Forecasting", "Files", "Series", "Splits", "Tables", "Tasks", "Tasks/Forecasting/Baselines", "Tasks/Forecasting/Windows", "Wording"),
            new("Tasks/LanguageModeling", "Files", "Splits", "Tasks", "Text", "Wording"),
            new("Specifications", "Files", "Tasks", "Tasks/Forecasting", "Tasks/LanguageModeling"),
        ],
        ["RnnActors.Runs"] =
        [
            new("Losses"),
            new("Folders", "Losses"),
            new("Preparing", "Folders"),
            new("Clusters", "Preparing"),
            new("Reports", "Preparing"),
            new("Sessions", "Losses", "Preparing", "Reports"),
            new("Trained", "Folders", "Preparing"),
        ],
        ["RnnActors.Cli"] =
        [
            new("Plots"),
            new("Processes"),
            new("Display", "Plots", "Processes"),
            new("Benchmarks", "Display"),
            new("Benchmarks/Cluster", "Benchmarks", "Display"),
            new("Nodes", "Display", "Processes"),
            new("Reports", "Display", "Plots"),
            new("Views", "Display", "Processes", "Reports"),
            new("Commands", "Benchmarks", "Benchmarks/Cluster", "Display", "Nodes", "Processes", "Reports", "Views"),
        ],
    };
}
