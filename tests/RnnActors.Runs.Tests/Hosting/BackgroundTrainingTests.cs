using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RnnActors.Core.Problems;
using RnnActors.Data.Hosting;
using RnnActors.Data.Series;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tables;
using RnnActors.Data.Trained;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Hosting;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Hosting;

/// <summary>Hosts that train in the background, to the bits of a run that nobody stopped.</summary>
public sealed class BackgroundTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HeardLog _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_trains_to_the_bits_of_a_session_and_serves_what_comes_of_it()
    {
        using IHost host = Build(Small(), services => services.AddRnnActorsModel(_folder.File("run"), options =>
        {
            options.IsRequired = false;
            options.Period = TimeSpan.FromMilliseconds(20);
        }));
        var live = host.Services.GetRequiredService<LiveModel>();
        Assert.False(live.HasModel);
        using (IServiceScope early = host.Services.CreateScope())
            Assert.Contains("there is no model yet", Assert.Throws<InvalidInputException>(early.ServiceProvider.GetRequiredService<TrainedModel>).Message,
                StringComparison.Ordinal);

        var training = host.Services.GetRequiredService<BackgroundTraining>();
        Assert.Null(training.Status);
        await host.StartAsync();
        await _log.With("is done: step");
        string expected = await TrainedHere(Small());
        Assert.Equal(expected, training.Report!.ParameterHash);
        Assert.Equal(training.Report.Progress.Step, training.Status!.Progress.Step);
        Assert.Contains(_log.Lines, line => line.StartsWith("Information: The training of ", StringComparison.Ordinal)
            && line.EndsWith($"begins on 1 thread: step 0 of {training.Report.Progress.Step}.", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.StartsWith("Information: run: epoch 2/2  loss ", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.EndsWith($"parameters: {expected}", StringComparison.Ordinal));

        await _log.With($"step {training.Report.Progress.Step}, parameters {expected}");
        Assert.Equal(expected, live.Current.ParameterHash);
        using IServiceScope request = host.Services.CreateScope();
        var model = request.ServiceProvider.GetRequiredService<TrainedModel>();
        Assert.Equal(2, model.Predict(new Table("recent", [new Column("x", MackeyGlass.Generate(20))])).Rows);
        await host.StopAsync();
        Assert.DoesNotContain(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    /// <summary>Stopped after some epoch or other, and begun again: in another process it would be the same.</summary>
    [Fact]
    public async Task A_host_that_stops_writes_a_checkpoint_and_the_next_one_goes_on_from_it()
    {
        RunSpecification endless = Small("training.epochs=100000");
        using (IHost first = Build(endless))
        {
            await first.StartAsync();
            await _log.With("epoch 1/");
            await first.StopAsync();
        }

        await _log.With("stops with the host after step");
        long stopped = TrainedRun.Open(_folder.File("run")).State.Progress.Step;
        Assert.Contains(_log.Lines, line => line.Contains($"after step {stopped},", StringComparison.Ordinal));

        using IHost second = Build(endless, configure: options => (options.MaxSteps, options.Threads, options.HasLowPriority) = (stopped + 5, 2, false));
        await second.StartAsync();
        await _log.With("is done: step");
        Assert.Contains(_log.Lines, line => line.Contains($"begins on 2 threads: step {stopped} of {stopped + 5}.", StringComparison.Ordinal));
        Assert.Equal(await TrainedHere(endless, stopped + 5), second.Services.GetRequiredService<BackgroundTraining>().Report!.ParameterHash);
        await second.StopAsync();
    }

    [Fact]
    public async Task What_was_done_before_is_not_done_again()
    {
        for (int time = 0; time < 2; time++)
        {
            using IHost host = Build(Small());
            await host.StartAsync();
            await _log.With(time == 0 ? "is done: step" : "was done before: step");
            Assert.Equal(time == 0, host.Services.GetRequiredService<BackgroundTraining>().Report is not null);
            await host.StopAsync();
        }
    }

    /// <summary>The folder's run is another, the data are gone, and a loss is no number: each is said, and the host goes on.</summary>
    [Theory]
    [InlineData("training.seed is 1 in this run and cannot become 2", "training.seed=2")]
    [InlineData("There is no such file", "data.path=nowhere.csv")]
    [InlineData("is not a finite number", "training.optimizer.adam.learningRate=1e30", "training.clipNorm=null", "training.epochs=50")]
    public async Task A_training_that_cannot_go_on_does_not_end_the_host(string problem, params string[] changes)
    {
        if (problem.StartsWith("training.seed", StringComparison.Ordinal)) await Train(Small(), "run", maxSteps: 1);
        using IHost host = Build(Small(changes));
        await host.StartAsync();
        string said = await _log.With(problem);
        Assert.StartsWith("Error: The training of ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception]", said, StringComparison.Ordinal);
        await host.Services.GetRequiredService<BackgroundTraining>().ExecuteTask!;
        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        await host.StopAsync();
    }

    [Fact]
    public void Options_out_of_their_range_and_a_folder_for_two_are_refused()
    {
        Action<BackgroundTrainingOptions>[] wrongs = [options => options.Threads = 0, options => options.MaxSteps = 0];
        foreach (var wrong in wrongs)
        {
            using IHost host = Build(Small(), configure: wrong);
            Assert.Contains("Give at least 1", Assert.Throws<InvalidInputException>(host.Services.GetRequiredService<BackgroundTraining>).Message,
                StringComparison.Ordinal);
        }

        Assert.Contains("trains a run in this folder already",
            Assert.Throws<InvalidInputException>(() => Build(Small(),
                services => services.AddRnnActorsBackgroundTraining(Path.Combine(_folder.Path, ".", "run"), Small()))).Message, StringComparison.Ordinal);
        Assert.Contains("has a model already",
            Assert.Throws<InvalidInputException>(() => Build(Small(), services => services.AddRnnActorsModel("a").AddRnnActorsModel("b"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("of the key 'x' already",
            Assert.Throws<InvalidInputException>(() => Build(Small(),
                services => services.AddRnnActorsModel("a").AddKeyedRnnActorsModel("x", "a").AddKeyedRnnActorsModel("x", "b"))).Message,
            StringComparison.Ordinal);
    }

    private static RunSpecification Small(params string[] changes) => RunSpecification
        .ForDataFile(null, ["data.window=6", "data.horizon=2"])
        .With(["model.0.lstm=4", "training.batch=64", "training.epochs=2", "data.split.train=0.2", "training.earlyStopping=null", .. changes]);

    private async Task<string> TrainedHere(RunSpecification specification, long? maxSteps = null) => await Train(specification, "here", maxSteps);

    private async Task<string> Train(RunSpecification specification, string folder, long? maxSteps)
    {
        var run = new RunOverview(PreparedRun.Create("test", specification, maxSteps), new RunFolder(_folder.File(folder))) { Offered = 2 };
        return (await new TrainingSession(run).TrainNewAsync())!.ParameterHash;
    }

    private IHost Build(RunSpecification specification, Action<IServiceCollection>? add = null, Action<BackgroundTrainingOptions>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.AddProvider(_log).SetMinimumLevel(LogLevel.Information));
        builder.Services.AddRnnActorsBackgroundTraining(_folder.File("run"), specification, options =>
        {
            options.Threads = 1;
            configure?.Invoke(options);
        });
        add?.Invoke(builder.Services);
        return builder.Build();
    }
}
