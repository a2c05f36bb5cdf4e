using RnnActors.Core.Generation;
using RnnActors.Core.Models;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Times one row, one step at a time, with carried state: as text generation and online forecasting do.</summary>
internal static class GenerationBenchmark
{
    /// <param name="threads">Threads for a token; null for as many as <c>generate</c> uses. Values are always read by one.</param>
    public static WorkloadResult Measure(Workload workload, int? threads, TimeSpan wanted)
    {
        var model = workload.CreateModel();
        var parameters = model.CreateParameters(seed: 1);
        if (workload.Vocabulary == 0) return Measure(workload, 1, ValueReader(model, parameters.Memory), wanted);
        using var generator = new TokenGenerator(model, parameters.Memory, new SamplingSpec(), threads);
        int[] tokens = [model.Input.Vocabulary / 2];
        return Measure(workload, generator.Threads, () => generator.Feed(tokens), wanted);
    }

    private static WorkloadResult Measure(Workload workload, int threads, Action step, TimeSpan wanted)
    {
        var clock = new StepClock(wanted, TimeProvider.System);
        do step();
        while (!clock.StepEnded());
        return new WorkloadResult("generate", threads, workload.Name, clock.Times, 1, workload.GenerationFlops);
    }

    private static Action ValueReader(Model model, ReadOnlyMemory<float> parameters)
    {
        var replica = new Replica(model, steps: 1, capacity: 1, training: false);
        replica.Prepare(parameters);
        replica.Input.Values.Fill(0.5f);
        float[] state = new float[model.StateWidth];
        return () => replica.Forward(replica.Inference(rows: 1, hasState: true), state, state);
    }
}
