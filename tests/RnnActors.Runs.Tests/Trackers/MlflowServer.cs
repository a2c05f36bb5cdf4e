using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RnnActors.Runs.Tests.Trackers;

/// <summary>A run as the stand-in has it.</summary>
internal sealed class ServedRun
{
    public required string Id { get; init; }

    public required string Experiment { get; init; }

    public string Name { get; init; } = "";

    public List<string> Statuses { get; } = ["RUNNING"];

    public Dictionary<string, string> Parameters { get; } = [];

    public Dictionary<string, string> Tags { get; } = [];

    public List<(string Key, double Value, long Timestamp, long Step)> Metrics { get; } = [];

    public Dictionary<string, byte[]> Files { get; } = [];

    public long Started { get; init; }

    public long? Ended { get; set; }
}

/// <summary>
/// Stands in for a server of MLflow: takes what its REST interface takes, and checks each call's form as the server does, with its limits. A call that has none
/// is written down in <see cref="Faults"/>.
/// </summary>
internal sealed class MlflowServer : IDisposable
{
    private const string Root = "/api/2.0/mlflow/", Artifacts = "/api/2.0/mlflow-artifacts/artifacts/";

    private readonly Lock _gate = new();
    private readonly HttpListener _listener = new();
    private readonly List<(Func<bool> Condition, TaskCompletionSource Reached)> _waiting = [];
    private readonly Dictionary<string, string> _experiments = new() { ["Default"] = "0" };

    public MlflowServer(int? port = null)
    {
        Port = port ?? FreePort();
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    public List<string> Faults { get; } = [];

    public List<ServedRun> Runs { get; } = [];

    /// <summary>Methods and paths, in their order, those that were refused among them.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Sizes of batches of metrics.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>Answers every call with this status in place of doing it; 0 for doing it.</summary>
    public int Failing { get; set; }

    /// <summary>What it must be told as Authorization.</summary>
    public string? Authorization { get; init; }

    public string ArtifactScheme { get; init; } = "mlflow-artifacts:/";

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Ends when a condition holds after a call.</summary>
    public Task WhenAsync(Func<bool> condition)
    {
        lock (_gate)
        {
            if (condition()) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((condition, reached));
            return reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            int status;
            string answer;
            lock (_gate)
            {
                (status, answer) = Answer(context.Request, body.ToArray());
                Calls.Add($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath} {status}");
            }

            context.Response.StatusCode = status;
            if (status == 429) context.Response.Headers["Retry-After"] = "0";
            byte[] bytes = Encoding.UTF8.GetBytes(answer);
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
            lock (_gate)
            {
                foreach (var one in _waiting.Where(one => one.Condition()).ToList())
                {
                    _waiting.Remove(one);
                    one.Reached.SetResult();
                }
            }
        }
    }

    private (int Status, string Answer) Answer(HttpListenerRequest request, byte[] body)
    {
        if (Failing > 0) return (Failing, "{\"message\":\"out of order.\"}");
        if (Authorization is not null && request.Headers["Authorization"] != Authorization) return (401, "{\"message\":\"who are you?\"}");
        string path = request.Url!.AbsolutePath;
        try
        {
            if (path.StartsWith(Artifacts, StringComparison.Ordinal)) return Upload(request, path[Artifacts.Length..], body);
            if (!path.StartsWith(Root, StringComparison.Ordinal)) throw new FormatException($"no such path {path}");
            JsonObject? json = null;
            if (request.HttpMethod == "POST")
            {
                if (request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
                    throw new FormatException($"content type {request.ContentType}");
                if (body.Length > 1_000_000) throw new FormatException($"{body.Length} bytes in one call");
                json = JsonNode.Parse(body)!.AsObject();
            }

            return (request.HttpMethod, path[Root.Length..]) switch
            {
                ("GET", "experiments/get-by-name") => Experiment(request.QueryString["experiment_name"]!),
                ("POST", "experiments/create") => CreateExperiment(json!),
                ("POST", "runs/create") => CreateRun(json!),
                ("GET", "runs/get") => Runs.Find(run => run.Id == request.QueryString["run_id"]) is { } run ? (200, Told(run)) : Missing("run"),
                ("POST", "runs/update") => Update(json!),
                ("POST", "runs/log-batch") => LogBatch(json!),
                _ => throw new FormatException($"{request.HttpMethod} {path}"),
            };
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or NullReferenceException or JsonException)
        {
            Faults.Add($"{request.HttpMethod} {path}: {e.Message}");
            return (400, "{\"error_code\":\"INVALID_PARAMETER_VALUE\",\"message\":\"bad\"}");
        }
    }

    private static (int, string) Missing(string what) => (404, $$"""{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"no such {{what}}"}""");

    private (int, string) Experiment(string name) => _experiments.TryGetValue(name, out string? id)
        ? (200, $$$"""{"experiment":{"experiment_id":"{{{id}}}","name":"x","lifecycle_stage":"active"} }""")
        : Missing("experiment");

    private (int, string) CreateExperiment(JsonObject json)
    {
        string name = Text(json, "name", 500);
        if (!_experiments.TryAdd(name, $"{_experiments.Count}")) return (400, "{\"error_code\":\"RESOURCE_ALREADY_EXISTS\"}");
        return (200, $$"""{"experiment_id":"{{_experiments[name]}}"}""");
    }

    private (int, string) CreateRun(JsonObject json)
    {
        string experiment = Text(json, "experiment_id", 100);
        if (!_experiments.ContainsValue(experiment)) return Missing("experiment");
        var run = new ServedRun
        {
            Id = $"run{Runs.Count}",
            Experiment = experiment,
            Name = Text(json, "run_name", 250),
            Started = Milliseconds(json, "start_time"),
        };
        foreach (JsonNode? tag in json["tags"]!.AsArray()) run.Tags[Text(tag!.AsObject(), "key", 250)] = Text(tag.AsObject(), "value", 8000);
        Only(json, "experiment_id", "run_name", "start_time", "tags");
        Runs.Add(run);
        return (200, Told(run));
    }

    private string Told(ServedRun run) => new JsonObject
    {
        ["run"] = new JsonObject
        {
            ["info"] = new JsonObject
            {
                ["run_id"] = run.Id,
                ["artifact_uri"] = $"{ArtifactScheme}{run.Experiment}/{run.Id}/artifacts",
                ["status"] = run.Statuses[^1],
            },
        },
    }.ToJsonString();

    private (int, string) Update(JsonObject json)
    {
        ServedRun run = RunOf(json);
        string status = Text(json, "status", 20);
        if (status is not ("RUNNING" or "SCHEDULED" or "FINISHED" or "FAILED" or "KILLED")) throw new FormatException($"status {status}");
        run.Statuses.Add(status);
        run.Ended = json.ContainsKey("end_time") ? Milliseconds(json, "end_time") : null;
        Only(json, "run_id", "status", "end_time");
        return (200, "{\"run_info\":{}}");
    }

    private (int, string) LogBatch(JsonObject json)
    {
        ServedRun run = RunOf(json);
        Only(json, "run_id", "metrics", "params", "tags");
        JsonArray metrics = json["metrics"]?.AsArray() ?? [], parameters = json["params"]?.AsArray() ?? [];
        if (metrics.Count > 1000 || parameters.Count > 100 || metrics.Count + parameters.Count > 1000)
            throw new FormatException($"{metrics.Count} metrics, {parameters.Count} params");
        if (metrics.Count > 0) Batches.Add(metrics.Count);
        foreach (JsonObject metric in metrics.Select(metric => metric!.AsObject()))
        {
            Only(metric, "key", "value", "timestamp", "step");
            if (metric["value"]!.GetValueKind() != JsonValueKind.Number || metric["step"]!.GetValueKind() != JsonValueKind.Number)
                throw new FormatException("a number is none");
            run.Metrics.Add((Key(metric), metric["value"]!.GetValue<double>(), Milliseconds(metric, "timestamp"), metric["step"]!.GetValue<long>()));
        }

        foreach (JsonObject parameter in parameters.Select(parameter => parameter!.AsObject()))
        {
            Only(parameter, "key", "value");
            string key = Key(parameter), value = Text(parameter, "value", 500, mayBeEmpty: true);
            if (!run.Parameters.TryAdd(key, value) && run.Parameters[key] != value) throw new FormatException($"the parameter {key} changes");
        }

        return (200, "{}");
    }

    private (int, string) Upload(HttpListenerRequest request, string path, byte[] body)
    {
        if (request.HttpMethod != "PUT") throw new FormatException(request.HttpMethod);
        string[] parts = Uri.UnescapeDataString(path).Split('/');
        ServedRun run = Runs.Single(run => parts is [var experiment, var id, "artifacts", _] && run.Id == id && run.Experiment == experiment);
        run.Files[parts[3]] = body;
        return (200, "{}");
    }

    private ServedRun RunOf(JsonObject json) => Runs.Find(run => run.Id == Text(json, "run_id", 100)) ?? throw new FormatException("no such run");

    private static string Key(JsonObject json)
    {
        string key = Text(json, "key", 250);
        return key.All(c => char.IsAsciiLetterOrDigit(c) || "_-. /".Contains(c)) ? key : throw new FormatException($"key {key}");
    }

    private static string Text(JsonObject json, string name, int longest, bool mayBeEmpty = false)
    {
        string text = json[name]!.GetValue<string>();
        return text.Length <= longest && (mayBeEmpty || text.Length > 0) ? text : throw new FormatException($"{name} has {text.Length} characters");
    }

    private static long Milliseconds(JsonObject json, string name)
    {
        long value = json[name]!.GetValue<long>();
        return value is > 1_500_000_000_000 and < 10_000_000_000_000
            ? value
            : throw new FormatException($"{name} is {value}, which is no milliseconds of our time");
    }

    private static void Only(JsonObject json, params string[] names)
    {
        foreach ((string name, _) in json)
            if (!names.Contains(name)) throw new FormatException($"unknown field {name}");
    }
}
