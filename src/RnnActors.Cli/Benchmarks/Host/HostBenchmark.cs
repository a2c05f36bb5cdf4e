using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RnnActors.Cli.Http;
using RnnActors.Data.Hosting;
using RnnActors.Data.Series;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tables;
using RnnActors.Data.Trained;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Hosting;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Sessions;

namespace RnnActors.Cli.Benchmarks.Host;

/// <summary>
/// Measures how much longer requests take while a web process also trains. The process serves forecasts of the built-in series, and by turns trains the same
/// run in the background. Newer models of the run replace the served one meanwhile.
/// </summary>
internal sealed class HostBenchmark(BenchReport report, HostLoad load)
{
    /// <summary>The steps that are trained before anything is served.</summary>
    private const int FirstSteps = 10;

    /// <summary>Settings for steps of several milliseconds, a checkpoint about once a second, and no end within a turn.</summary>
    private static readonly string[] Changes = ["model.0.lstm=256", "training.epochs=1000000", "training.earlyStopping=null"];

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <param name="folder">An empty folder for the run.</param>
    public async Task<IReadOnlyList<HostRound>> MeasureAsync(string folder, CancellationToken cancellation)
    {
        RunSpecification specification = RunSpecification.ForDataFile(null).With(Changes);
        report.Tell("A first model is trained, and the compiler is given a turn of each kind.");
        PreparedRun prepared = PreparedRun.Create("host", specification, FirstSteps);
        _ = await new TrainingSession(new RunOverview(prepared, new RunFolder(folder)) { Offered = load.Threads, HasLowPriority = true })
            .TrainNewAsync(cancellation: cancellation).ConfigureAwait(false);

        IServiceProvider? services = null;
        var recent = new Table("recent", [new Column("x", MackeyGlass.Generate(rows: 200))]);
        await using var server = await WebServer.StartAsync(
            IPAddress.Loopback, 0, "--port", context => Answer(context, recent), added => added.AddRnnActorsModel(folder), app => services = app.Services)
            .ConfigureAwait(false);
        var live = services!.GetRequiredService<LiveModel>();
        using var client = new HostClient(server.Address);

        _ = Turn();
        _ = await BesideTrainingAsync().ConfigureAwait(false);
        List<HostRound> rounds = [];
        for (int number = 1; number <= load.Rounds; number++)
        {
            HostTurn before = Turn();
            (HostTurn trained, long steps, bool isSwapped) = await BesideTrainingAsync().ConfigureAwait(false);
            var round = new HostRound(number, before, trained, Turn(), steps, isSwapped);
            report.Add(round.Line, round.Members());
            rounds.Add(round);
        }

        return rounds;

        HostTurn Turn() => client.Measure(HostLoad.Clients, load.PerSecond, load.Turn, cancellation);

        async Task<(HostTurn Turn, long Steps, bool IsSwapped)> BesideTrainingAsync()
        {
            var options = new BackgroundTrainingOptions { Threads = load.Threads, HasLowPriority = load.HasLowPriority };
            using var training = new BackgroundTraining(folder, specification, options, NullLogger<BackgroundTraining>.Instance);
            await training.StartAsync(cancellation).ConfigureAwait(false);
            try
            {
                long before = await StepsAsync(training, cancellation).ConfigureAwait(false), served = live.Current.Step;
                HostTurn turn = Turn();
                long after = training.Status!.Progress.Step;
                if (after == before) report.Note("no step was trained in a turn: others left it no processor, so this turn says little");
                return (turn, after - before, live.Current.Step > served);
            }
            finally
            {
                await training.StopAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The number of steps, once a training has begun.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    private static async Task<long> StepsAsync(BackgroundTraining training, CancellationToken cancellation)
    {
        while (training.Status is null)
        {
            if (training.ExecuteTask!.IsCompleted) throw new InvalidOperationException("The training ended before its first step.");
            await Task.Delay(PollInterval, cancellation).ConfigureAwait(false);
        }

        return training.Status.Progress.Step;
    }

    /// <summary>Answers with the next rows and their bounds, a JSON object a line.</summary>
    private static Task Answer(HttpContext context, Table recent)
    {
        var model = context.RequestServices.GetRequiredService<TrainedModel>();
        byte[] body = Encoding.UTF8.GetBytes(string.Join('\n', model.Predict(recent).ToJsonLines()));
        context.Response.ContentType = "application/x-ndjson";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    }
}
