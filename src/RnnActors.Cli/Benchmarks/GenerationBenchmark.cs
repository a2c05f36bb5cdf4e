using RnnActors.Core.Generation;
using RnnActors.Core.Models;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Times one row, one step at a time, the state carried: what writing a text and forecasting as values come in do.</summary>
internal static class GenerationBenchmark
{
    public static WorkloadResult Measure(Workload workload, TimeSpan wanted)
    {
        var model = workload.CreateModel();
        var parameters = model.CreateParameters(seed: 1);
        var step = workload.Vocabulary > 0 ? ReadToken(model, parameters.Memory) : ReadValues(model, parameters.Memory);
        var clock = new StepClock(wanted, TimeProvider.System);
        do step();
        while (!clock.StepEnded());
        return new WorkloadResult("generate", 1, workload.Name, clock.Times, 1, workload.GenerationFlops);
    }

    private static Action ReadToken(Model model, ReadOnlyMemory<float> parameters)
    {
        var generator = new TokenGenerator(model, parameters, new SamplingSpec());
        int[] tokens = [model.Input.Vocabulary / 2];
        return () => generator.Feed(tokens);
    }

    private static Action ReadValues(Model model, ReadOnlyMemory<float> parameters)
    {
        var replica = new Replica(model, steps: 1, capacity: 1, training: false);
        replica.Prepare(parameters);
        replica.Input.Values.Fill(0.5f);
        float[] state = new float[model.StateWidth];
        return () => replica.Forward(replica.Inference(rows: 1, hasState: true), state, state);
    }
}
