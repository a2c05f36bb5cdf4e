using System.Text.Json.Nodes;
using RnnActors.EndToEnd.Tests.Readme;

namespace RnnActors.EndToEnd.Tests.Deploy;

/// <summary>The manifests of <c>deploy/kubernetes</c>.</summary>
internal sealed class KubernetesFiles
{
    private const string KustomizationFile = "kustomization.yaml";

    private KubernetesFiles(JsonObject kustomization, IReadOnlyList<JsonObject> objects) => (Kustomization, Objects) = (kustomization, objects);

    public static string Folder { get; } = Path.Combine(DocumentFolder.Repository, "deploy", "kubernetes");

    public JsonObject Kustomization { get; }

    /// <summary>Of all files, also of those that the kustomization leaves for later.</summary>
    public IReadOnlyList<JsonObject> Objects { get; }

    /// <summary>Deployments, stateful sets and jobs.</summary>
    public IEnumerable<JsonObject> Workloads => Objects.Where(item => item["spec"]?["template"] is not null);

    /// <summary>What the containers run, and their probes.</summary>
    public IEnumerable<DeployedCommand> Commands => Workloads.SelectMany(CommandsOf);

    public static KubernetesFiles Read()
    {
        var kustomization = YamlText.ReadAll(Path.Combine(Folder, KustomizationFile)).Single();
        var files = Directory.GetFiles(Folder, "*.yaml").Where(file => Path.GetFileName(file) != KustomizationFile).Order(StringComparer.Ordinal);
        return new KubernetesFiles(kustomization, [.. files.SelectMany(YamlText.ReadAll)]);
    }

    public JsonObject Find(string kind, string name) => Objects.Single(item => item["kind"].Text() == kind && Name(item) == name);

    public static string Name(JsonObject item) => item["metadata"]!["name"].Text();

    public static JsonObject Pod(JsonObject workload) => workload["spec"]!["template"]!["spec"]!.AsObject();

    public static JsonObject Container(JsonObject workload) => Pod(workload)["containers"]!.AsArray().Single()!.AsObject();

    public DeployedCommand Command(JsonObject workload) => CommandsOf(workload).First();

    private IEnumerable<DeployedCommand> CommandsOf(JsonObject workload)
    {
        string where = $"kubernetes {Name(workload)}";
        var container = Container(workload);
        var environment = Environment(container);
        yield return new DeployedCommand(where, [.. container["args"].Texts()], environment);
        foreach (string probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
            if (container[probe]?["exec"] is { } exec) yield return new DeployedCommand($"{where} {probe}", [.. exec["command"].Texts().Skip(1)], environment);
    }

    /// <summary>The generated configuration, then the container's own variables, with those that the cluster fills in as it would.</summary>
    private Dictionary<string, string> Environment(JsonObject container)
    {
        Dictionary<string, string> variables = [];
        foreach (var source in container["envFrom"]?.AsArray() ?? [])
        {
            var generator = Kustomization["configMapGenerator"]!.AsArray().Single(item => item!["name"].Text() == source!["configMapRef"]!["name"].Text());
            foreach (string literal in generator!["literals"].Texts()) Set(literal.Split('=', 2)[0], literal.Split('=', 2)[1]);
        }

        foreach (var variable in container["env"]?.AsArray() ?? [])
            Set(variable!["name"].Text(),
                variable["value"]?.Text() ?? (variable["valueFrom"]!["fieldRef"]!["fieldPath"].Text() == "status.podIP" ? "10.0.0.7" : "pod-0"));
        return variables;

        void Set(string name, string value) =>
            variables[name] = variables.Aggregate(value, (text, known) => text.Replace($"$({known.Key})", known.Value, StringComparison.Ordinal));
    }
}
