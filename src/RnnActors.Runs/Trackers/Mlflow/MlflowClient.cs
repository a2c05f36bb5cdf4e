using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RnnActors.Runs.Trackers.Mlflow;

/// <summary>A call that the server did not fulfil.</summary>
/// <param name="isAway">Whether a later call may succeed.</param>
/// <param name="retryAfter">The delay that the server asks for; null where it does not say.</param>
internal sealed class MlflowException(string message, bool isAway, TimeSpan? retryAfter = null, Exception? cause = null) : Exception(message, cause)
{
    public bool IsAway { get; } = isAway;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <param name="Timestamp">Unix time in milliseconds.</param>
internal readonly record struct MlflowMetric(string Key, double Value, long Timestamp, long Step);

/// <summary>A run as the server identifies it.</summary>
/// <param name="ArtifactUri">Where its files are stored.</param>
internal sealed record MlflowRun(string Id, string ArtifactUri);

/// <summary>The part of MLflow's REST API 2.0 that is used here (https://mlflow.org/docs/latest/rest-api.html).</summary>
internal sealed class MlflowClient(MlflowOptions options) : IDisposable
{
    /// <summary>The server's limits per call.</summary>
    public const int MaxMetrics = 1000, MaxParameters = 100;

    private const string Interface = "api/2.0/mlflow/", Artifacts = "api/2.0/mlflow-artifacts/artifacts/";
    private const string ProxyScheme = "mlflow-artifacts";
    private const string Missing = "RESOURCE_DOES_NOT_EXIST", Taken = "RESOURCE_ALREADY_EXISTS";

    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10), LongestUpload = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    private readonly Uri _base = new(options.Server.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");

    /// <summary>The experiment's id; the experiment is created if it does not exist.</summary>
    public async Task<string> ExperimentAsync(string name, CancellationToken cancellation)
    {
        if (await FindExperimentAsync(name, cancellation).ConfigureAwait(false) is { } known) return known;
        (JsonObject? made, string? error) = await PostAsync("experiments/create", new JsonObject { ["name"] = name }, cancellation, Taken)
            .ConfigureAwait(false);
        if (error is null) return TextOf(made!["experiment_id"]);
        return await FindExperimentAsync(name, cancellation).ConfigureAwait(false)
            ?? throw new MlflowException($"there is and there is not an experiment {name}", isAway: true);
    }

    public async Task<MlflowRun> CreateRunAsync(string experiment, string name, long start, IEnumerable<KeyValuePair<string, string>> tags,
        CancellationToken cancellation)
    {
        var body = new JsonObject { ["experiment_id"] = experiment, ["run_name"] = name, ["start_time"] = start, ["tags"] = Pairs(tags) };
        return RunOf((await PostAsync("runs/create", body, cancellation).ConfigureAwait(false)).Answer!);
    }

    /// <returns>Null where the server has no such run.</returns>
    public async Task<MlflowRun?> FindRunAsync(string id, CancellationToken cancellation)
    {
        (JsonObject? answer, _) = await CallAsync(HttpMethod.Get, $"runs/get?run_id={Uri.EscapeDataString(id)}", null, cancellation, Missing)
            .ConfigureAwait(false);
        return answer is null ? null : RunOf(answer);
    }

    /// <param name="end">Unix time in milliseconds; null while it runs.</param>
    public Task UpdateRunAsync(string id, string status, long? end, CancellationToken cancellation)
    {
        var body = new JsonObject { ["run_id"] = id, ["status"] = status };
        if (end is { } at) body["end_time"] = at;
        return PostAsync("runs/update", body, cancellation);
    }

    /// <param name="metrics">At most <see cref="MaxMetrics"/>.</param>
    public Task LogMetricsAsync(string id, IEnumerable<MlflowMetric> metrics, CancellationToken cancellation) => PostAsync(
        "runs/log-batch",
        new JsonObject
        {
            ["run_id"] = id,
            ["metrics"] = new JsonArray([.. metrics.Select(metric => (JsonNode)new JsonObject
            {
                ["key"] = metric.Key, ["value"] = metric.Value, ["timestamp"] = metric.Timestamp, ["step"] = metric.Step,
            })]),
        },
        cancellation);

    /// <param name="parameters">At most <see cref="MaxParameters"/>.</param>
    public Task LogParametersAsync(string id, IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken cancellation) =>
        PostAsync("runs/log-batch", new JsonObject { ["run_id"] = id, ["params"] = Pairs(parameters) }, cancellation);

    /// <summary>Uploads a file as an artifact of the run.</summary>
    /// <returns>False where the server does not proxy artifacts, so that only MLflow's own client can reach their storage.</returns>
    public async Task<bool> UploadAsync(MlflowRun run, string path, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(run.ArtifactUri, UriKind.Absolute, out Uri? place) || place.Scheme != ProxyScheme) return false;
        string name = Uri.EscapeDataString(Path.GetFileName(path));
        using var content = new StreamContent(File.OpenRead(path));
        content.Headers.ContentType = new(Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".png" => "image/png",
            ".svg" => "image/svg+xml",
            ".html" => "text/html",
            ".csv" => "text/csv",
            ".json" => "application/json",
            _ => "application/octet-stream",
        });
        await SendAsync(new HttpRequestMessage(HttpMethod.Put, new Uri(_base, $"{Artifacts}{place.AbsolutePath.Trim('/')}/{name}")) { Content = content },
            LongestUpload, null, cancellation)
            .ConfigureAwait(false);
        return true;
    }

    public void Dispose() => _http.Dispose();

    private async Task<string?> FindExperimentAsync(string name, CancellationToken cancellation)
    {
        (JsonObject? answer, _) = await CallAsync(HttpMethod.Get, $"experiments/get-by-name?experiment_name={Uri.EscapeDataString(name)}", null, cancellation,
            Missing).ConfigureAwait(false);
        if (answer?["experiment"] is not JsonObject found) return null;
        if ((string?)found["lifecycle_stage"] == "deleted")
            throw new MlflowException($"the experiment {name} was deleted there; restore it, or name another with --mlflow-experiment", isAway: false);
        return TextOf(found["experiment_id"]);
    }

    private Task<(JsonObject? Answer, string? Error)> PostAsync(string method, JsonObject body, CancellationToken cancellation, string? accepted = null) =>
        CallAsync(HttpMethod.Post, method, body, cancellation, accepted);

    private Task<(JsonObject? Answer, string? Error)> CallAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation,
        string? accepted = null) => SendAsync(
        new HttpRequestMessage(method, new Uri(_base, Interface + path))
        {
            Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        }, LongestCall, accepted, cancellation);

    /// <param name="accepted">An error code that counts as an answer; null for none.</param>
    private async Task<(JsonObject? Answer, string? Error)> SendAsync(HttpRequestMessage request, TimeSpan longest, string? accepted,
        CancellationToken cancellation)
    {
        using HttpRequestMessage sent = request;
        sent.Headers.Authorization = options.Authorization;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(longest);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(sent, limit.Token).ConfigureAwait(false);
            string text = await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false);
            JsonObject? answer = Parse(text);
            if (response.IsSuccessStatusCode) return (answer ?? [], null);
            string? code = answer?["error_code"] is JsonValue value ? value.ToString() : null;
            if (code is not null && code == accepted) return (null, code);
            int status = (int)response.StatusCode;
            bool isAway = status >= 500 || response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;
            string reason = (answer?["message"] is JsonValue said ? said.ToString() : response.ReasonPhrase ?? "").ReplaceLineEndings(" ").TrimEnd('.');
            throw new MlflowException($"it answers {status.ToString(CultureInfo.InvariantCulture)} {Shortened(reason)}".TrimEnd(), isAway,
                RetryAfter(response));
        }
        catch (HttpRequestException e)
        {
            throw new MlflowException(e.Message.TrimEnd('.'), isAway: true, cause: e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new MlflowException($"it does not answer within {longest.TotalSeconds:0} seconds", isAway: true, cause: e);
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter is not { } header ? null : header.Delta ?? (header.Date is { } date ? date - DateTimeOffset.UtcNow : null);

    private static string Shortened(string text) => text.Length <= 200 ? text : text[..200] + "…";

    private static JsonObject? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static MlflowRun RunOf(JsonObject answer) => answer["run"]?["info"] is JsonObject info
        ? new MlflowRun(TextOf(info["run_id"]), (string?)info["artifact_uri"] ?? "")
        : throw new MlflowException("its answer tells of no run: is it a server of MLflow", isAway: false);

    private static string TextOf(JsonNode? node) =>
        node?.ToString() ?? throw new MlflowException("its answer lacks an id: is it a server of MLflow", isAway: false);

    private static JsonArray Pairs(IEnumerable<KeyValuePair<string, string>> pairs) =>
        new([.. pairs.Select(pair => (JsonNode)new JsonObject { ["key"] = pair.Key, ["value"] = pair.Value })]);
}
