using System.Net.Http.Headers;
using System.Text;
using RnnActors.Core.Problems;

namespace RnnActors.Runs.Trackers.Mlflow;

/// <summary>An MLflow server and the credentials for it.</summary>
/// <param name="Server">Its address, as the user typed it.</param>
/// <param name="Experiment">The experiment's name; it is created if it does not exist.</param>
public sealed record MlflowOptions(Uri Server, string Experiment)
{
    /// <summary>The experiment's name where the user gives none.</summary>
    public const string DefaultExperiment = "rnnactors";

    /// <summary>Environment variables with credentials, the same as MLflow's own client reads.</summary>
    public const string TokenVariable = "MLFLOW_TRACKING_TOKEN", UserVariable = "MLFLOW_TRACKING_USERNAME", PasswordVariable = "MLFLOW_TRACKING_PASSWORD";

    /// <summary>Null for anonymous access.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>How long the end of a run waits for the server at most.</summary>
    public TimeSpan LongestEnd { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long values are collected before they are sent.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The delay after the first failure; it doubles up to <see cref="LongestPause"/> (exponential back-off).</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.5);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most values that wait in memory. Beyond it, every second value of the curves by step is dropped.</summary>
    public int MaxWaiting { get; init; } = 100_000;

    /// <summary>The address without a password.</summary>
    public string Shown => Server.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');

    /// <param name="server">The address as the user typed it.</param>
    /// <param name="environment">Looks up an environment variable; null where it is not set.</param>
    /// <exception cref="InvalidInputException">It is not an address, or only one of user name and password is given.</exception>
    public static MlflowOptions Parse(string server, string? experiment, Func<string, string?> environment)
    {
        if (!Uri.TryCreate(server, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
            throw new InvalidInputException($"--mlflow {server} is no address of a server", "Give for instance --mlflow http://127.0.0.1:5000");
        if (address.UserInfo.Length > 0)
            throw new InvalidInputException("--mlflow has a name or password in its address, where others can read it",
                $"Set {UserVariable} and {PasswordVariable}, or {TokenVariable}");
        if (experiment is not null && string.IsNullOrWhiteSpace(experiment))
            throw new InvalidInputException("--mlflow-experiment is empty", "Name an experiment, or leave it out");
        string? token = Given(TokenVariable), user = Given(UserVariable), password = Given(PasswordVariable);
        if (user is null != password is null)
            throw new InvalidInputException($"{(user is null ? PasswordVariable : UserVariable)} is set and "
                + $"{(user is null ? UserVariable : PasswordVariable)} is not", "Set both, or neither");
        return new MlflowOptions(address, experiment ?? DefaultExperiment)
        {
            Authorization = user is not null ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))) : token is null ? null
                : new("Bearer", token),
        };

        string? Given(string variable) => environment(variable) is { Length: > 0 } value ? value : null;
    }
}
