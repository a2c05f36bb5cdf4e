namespace RnnActors.Core.Tests;

/// <summary>A folder and the other folders of its project that its sources may use.</summary>
internal sealed record FolderRule(string Folder, params string[] MayUse);

/// <summary>
/// The folders of the projects. A folder may use folders that stand above it and no others, so there is no circle. A project that is not named here has rules
/// of its own in <see cref="ArchitectureTests"/>.
/// </summary>
internal static class FolderRules
{
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<FolderRule>> OfProject = new Dictionary<string, IReadOnlyList<FolderRule>>
    {
        ["RnnActors.Core"] =
        [
            new("Problems"),
            new("Specifications", "Problems"),
            new("Kernels", "Problems"),
            new("Reference", "Kernels"),
            new("Sequences", "Kernels", "Problems"),
            new("Parameters", "Kernels", "Problems"),
            new("Checkpoints", "Kernels", "Parameters", "Problems"),
            new("Optimizers", "Kernels", "Problems", "Specifications"),
            new("Objectives", "Kernels", "Problems", "Sequences", "Specifications"),
            new("Metrics", "Kernels", "Objectives"),
            new("Layers", "Kernels", "Parameters", "Problems", "Sequences", "Specifications"),
            new("Models", "Kernels", "Layers", "Objectives", "Parameters", "Problems", "Sequences", "Specifications"),
            new("Generation", "Kernels", "Layers", "Models", "Problems", "Sequences"),
            new("Explanations", "Kernels", "Layers", "Models", "Objectives", "Problems", "Sequences"),
            new("Sharding", "Kernels", "Layers", "Models", "Parameters", "Sequences"),
            new("Training",
                "Checkpoints", "Kernels", "Layers", "Models", "Objectives", "Optimizers", "Parameters", "Problems", "Sequences", "Sharding", "Specifications"),
            new("Fitting",
                "Checkpoints", "Kernels", "Layers", "Models", "Objectives", "Optimizers", "Problems", "Sequences", "Specifications", "Training"),
        ],
        ["RnnActors.Training"] =
        [
            new("Addresses"),
            new("Events"),
            new("Files"),
            new("Telemetry", "Events", "Files"),
            new("Threads"),
            new("Arrangement", "Threads"),
            new("Protocol", "Events", "Files", "Telemetry"),
            new("Transfer", "Addresses", "Files", "Protocol", "Telemetry"),
            new("ActorSystems", "Transfer"),
            new("Storage", "Files", "Protocol", "Threads"),
            new("Aggregation", "ActorSystems", "Protocol", "Telemetry", "Threads"),
            new("Checkpointing", "ActorSystems", "Protocol", "Telemetry"),
            new("Membership", "ActorSystems", "Addresses", "Events", "Protocol", "Transfer"),
            new("Worker", "ActorSystems", "Protocol", "Telemetry", "Threads", "Transfer"),
            new("Coordinator", "ActorSystems", "Aggregation", "Checkpointing", "Events", "Protocol", "Telemetry"),
            new("Local", "ActorSystems", "Arrangement", "Coordinator", "Worker"),
            new("Remote", "ActorSystems", "Aggregation", "Files", "Membership", "Protocol", "Storage", "Telemetry", "Threads", "Transfer", "Worker"),
            new("Runs", "ActorSystems", "Coordinator", "Events", "Files", "Membership", "Protocol", "Remote", "Storage", "Telemetry", "Threads", "Transfer",
            "Worker"),
            new("Client", "ActorSystems", "Addresses", "Coordinator", "Events", "Files", "Membership", "Protocol", "Storage", "Threads", "Transfer"),
            new("Hosting", "ActorSystems", "Addresses", "Client", "Events", "Membership", "Protocol", "Remote", "Runs", "Storage", "Transfer"),
        ],
        ["RnnActors.Data"] =
        [
            new("Files"),
            new("Splits"),
            new("Tables"),
            new("Wording"),
            new("Findings", "Wording"),
            new("Series", "Tables"),
            new("Text", "Files"),
            new("Sound"),
            new("Examples", "Files", "Tables"),
            new("Tasks/Exports"),
            new("Tasks", "Findings", "Sound", "Tables", "Tasks/Exports", "Text"),
            new("Tasks/Examples", "Examples", "Findings", "Sound", "Splits", "Tasks", "Tasks/Exports", "Text", "Wording"),
            new("Tasks/Translation", "Examples", "Files", "Tasks", "Tasks/Exports", "Tasks/Examples", "Text", "Wording"),
            new("Tasks/Transcription", "Examples", "Files", "Findings", "Sound", "Tasks", "Tasks/Exports", "Tasks/Examples", "Text", "Wording"),
            new("Tasks/Classification", "Examples", "Files", "Findings", "Sound", "Tasks", "Tasks/Exports", "Tasks/Examples", "Text", "Wording"),
            new("Tasks/Forecasting/Windows", "Splits", "Tables", "Tasks"),
            new("Tasks/Forecasting/Baselines", "Series", "Tasks/Forecasting/Windows"),
            new("Tasks/Forecasting", "Files", "Findings", "Series", "Splits", "Tables", "Tasks", "Tasks/Exports", "Tasks/Forecasting/Baselines",
            "Tasks/Forecasting/Windows", "Wording"),
            new("Tasks/LanguageModeling", "Files", "Splits", "Tasks", "Tasks/Exports", "Text", "Wording"),
            new("Tasks/Tagging", "Examples", "Files", "Findings", "Tasks", "Tasks/Exports", "Tasks/Classification", "Tasks/Examples", "Text", "Wording"),
            new("Specifications", "Files", "Tasks", "Tasks/Classification", "Tasks/Forecasting", "Tasks/LanguageModeling", "Tasks/Tagging",
            "Tasks/Transcription", "Tasks/Translation"),
            new("Trained", "Files", "Sound", "Specifications", "Tables", "Tasks"),
            new("Hosting", "Trained"),
        ],
        ["RnnActors.Runs"] =
        [
            new("Ledgers"),
            new("Losses"),
            new("Folders", "Ledgers", "Losses"),
            new("Preparing", "Folders"),
            new("Judgements", "Preparing"),
            new("Clusters", "Folders", "Ledgers", "Losses", "Preparing"),
            new("Pictures"),
            new("Stories", "Pictures", "Preparing"),
            new("Trackers", "Preparing", "Stories"),
            new("Trackers/TensorBoard", "Pictures", "Preparing", "Stories", "Trackers"),
            new("Trackers/Mlflow", "Folders", "Preparing", "Stories", "Trackers"),
            new("Reports", "Losses", "Preparing", "Stories"),
            new("Explanations"),
            new("Trained", "Explanations", "Folders", "Losses", "Preparing", "Reports", "Stories"),
            new("Sessions", "Folders", "Judgements", "Ledgers", "Losses", "Preparing", "Reports", "Stories", "Trackers", "Trained"),
        ],
        ["RnnActors.Interop"] =
        [
            new("NumPy"),
            new("Predictions", "NumPy"),
            new("Weights", "NumPy"),
            new("PyTorch"),
            new("Onnx/Graphs"),
            new("Onnx/Files", "Onnx/Graphs"),
            new("Onnx/Layers", "Onnx/Graphs"),
            new("Onnx/Tasks", "Onnx/Files", "Onnx/Graphs", "Onnx/Layers"),
            new("Onnx", "Onnx/Files", "Onnx/Tasks"),
        ],
        ["RnnActors.Cli"] =
        [
            new("Completions"),
            new("Plots"),
            new("Html"),
            new("Processes"),
            new("Http", "Processes"),
            new("Display", "Plots", "Processes"),
            new("Pages", "Display", "Html", "Http"),
            new("Benchmarks", "Display"),
            new("Benchmarks/Cluster", "Benchmarks", "Display"),
            new("Telemetry"),
            new("Nodes", "Display", "Http", "Processes", "Telemetry"),
            new("Reports", "Display", "Html", "Plots"),
            new("Explanations", "Display", "Html", "Plots"),
            new("Views", "Display", "Plots", "Processes", "Reports"),
            new("Commands", "Benchmarks", "Benchmarks/Cluster", "Completions", "Display", "Explanations", "Nodes", "Pages", "Processes", "Reports",
            "Telemetry", "Views"),
        ],
    };
}
