using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using RnnActors.Core.Generation;
using RnnActors.Core.Layers;
using RnnActors.Core.Sequences;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Interop.Tests.Onnx;

/// <summary>
/// One row, one step at a time, its state carried, on one thread: our sessions and ONNX Runtime say the
/// same. With <c>RNNACTORS_STEP_SECONDS</c> set, both are timed in turns, which decides nothing.
/// </summary>
public sealed class StepTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-5;
    private const int Turns = 41;

    /// <summary>The workloads of <c>bench generate</c>, of which ONNX has no minGRU and scans its equations; the largest where they are timed.</summary>
    public static TheoryData<string, int, int, int, int> Workloads
    {
        get
        {
            TheoryData<string, int, int, int, int> all = new()
            {
                { "rnn", 1, 1, 10, 0 },
                { "rnn", 1, 1, 32, 0 },
                { "lstm", 1, 8, 32, 0 },
                { "lstm", 1, 8, 64, 0 },
                { "gru", 1, 8, 64, 0 },
                { "lstm", 2, 64, 128, 65 },
                { "gru", 2, 64, 256, 65 },
                { "minGru", 2, 64, 256, 65 },
            };
            if (Seconds is null) return all;
            all.Add("lstm", 2, 128, 256, 65);
            all.Add("lstm", 2, 128, 512, 65);
            all.Add("lstm", 1, 256, 1024, 65);
            all.Add("lstm", 2, 200, 200, 10000);
            return all;
        }
    }

    private static double? Seconds =>
        double.TryParse(Environment.GetEnvironmentVariable("RNNACTORS_STEP_SECONDS"), CultureInfo.InvariantCulture, out double seconds) ? seconds : null;

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Steps_say_what_ONNX_Runtime_says(string cell, int layers, int input, int hidden, int vocabulary)
    {
        bool readsTokens = vocabulary > 0;
        Recurrent recurrent = cell switch
        {
            "lstm" => new Lstm(hidden, readsTokens) { Layers = layers },
            "gru" => new Gru(hidden, readsTokens) { Layers = layers },
            "minGru" => new MinGru(hidden, readsTokens) { Layers = layers },
            _ => new SimpleRnn(hidden, readsTokens) { Layers = layers },
        };
        LayerSpec[] chain = readsTokens ? [new Embedding(input), recurrent, new Dense(vocabulary)] : [recurrent, new Dense(1)];
        var network = new NetworkCase(false, [new NamedSignal(InputNames.Default, readsTokens ? Shape.Tokens(vocabulary) : new Shape(input))], chain);
        float scale = (float)Math.Min(1, 4 / Math.Sqrt(hidden)); // as trained weights are: larger sums lose more digits
        foreach (ref float value in network.Parameters.Span) value *= scale;
        var ours = new SteppedNetwork(network.Model, network.Parameters.Memory);
        using var theirs = new Steps(network, layers, hidden);
        for (int step = 0; step < 12; step++)
        {
            Ours(step);
            Theirs(step);
            NetworkCase.AssertSame([.. ours.Outputs.ToArray().Select(value => (double)value)], [.. theirs.Output.Select(value => (double)value)], Tolerance,
                $"step {step}");
        }

        if (Seconds is not { } seconds) return;
        double[] our = new double[Turns], their = new double[Turns], ratios = new double[Turns];
        int count = Math.Max(1, (int)(seconds / 2 / Turns / TimeOf(Theirs, 200)));
        for (int turn = 0; turn < Turns; turn++) ratios[turn] = (their[turn] = TimeOf(Theirs, count)) / (our[turn] = TimeOf(Ours, count));
        string workload = $"{cell} L{layers} I{input} H{hidden} V{vocabulary}";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{workload}: ours {Median(our) * 1e6:0.00} µs, theirs {Median(their) * 1e6:0.00} µs, ratio {Median(ratios):0.00}"));

        void Ours(int step)
        {
            if (readsTokens)
            {
                ours.Step(step % vocabulary);
                return;
            }

            ours.Values.Fill(0.1f * (step % 7));
            ours.Step();
        }

        void Theirs(int step) => theirs.Step(step % Math.Max(1, vocabulary), 0.1f * (step % 7));
    }

    private static double TimeOf(Action<int> step, int count)
    {
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++) step(i);
        return Stopwatch.GetElapsedTime(began).TotalSeconds / count;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    /// <summary>A file at work in ONNX Runtime with all its memory bound once: the states that a step gives are those that the next one reads.</summary>
    private sealed class Steps : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly RunOptions _run = new();
        private readonly List<OrtValue> _values = [];
        private readonly OrtIoBinding[] _bindings = new OrtIoBinding[2];
        private readonly float[]? _read;
        private readonly long[]? _tokens;
        private int _turn;

        public Steps(NetworkCase network, int layers, int hidden)
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = 1,
                InterOpNumThreads = 1,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            _session = new InferenceSession(network.Export().ToBytes(), options);
            Shape shape = network.Model.Input;
            if (shape.IsTokens) _tokens = new long[1];
            else _read = new float[shape.Features];
            OrtValue read = shape.IsTokens
                ? Keep(OrtValue.CreateTensorValueFromMemory(_tokens!, [1, 1]))
                : Keep(OrtValue.CreateTensorValueFromMemory(_read!, [1, 1, shape.Features]));
            Output = new float[network.Model.Output.Features];
            OrtValue written = Keep(OrtValue.CreateTensorValueFromMemory(Output, network.Model.Output.IsSequence ? [1, 1, Output.Length] : [1, Output.Length]));
            string[] ends = [.. _session.OutputNames.Where(name => name.EndsWith('n') && name.Contains('.', StringComparison.Ordinal))];
            OrtValue State() => Keep(OrtValue.CreateTensorValueFromMemory(new float[layers * hidden], [layers, 1, hidden]));
            OrtValue[][] states = [.. Enumerable.Range(0, 2).Select(_ => ends.Select(_ => State()).ToArray())];
            for (int turn = 0; turn < 2; turn++)
            {
                OrtIoBinding binding = _bindings[turn] = _session.CreateIoBinding();
                binding.BindInput(InputNames.Default, read);
                for (int i = 0; i < ends.Length; i++)
                {
                    binding.BindInput($"{ends[i][..^1]}0", states[turn][i]);
                    binding.BindOutput(ends[i], states[1 - turn][i]);
                }

                binding.BindOutput("output", written);
            }
        }

        public float[] Output { get; }

        public void Step(int token, float value)
        {
            if (_tokens is not null) _tokens[0] = token;
            else Array.Fill(_read!, value);
            _session.RunWithBinding(_run, _bindings[_turn]);
            _turn = 1 - _turn;
        }

        public void Dispose()
        {
            foreach (OrtIoBinding binding in _bindings) binding.Dispose();
            foreach (OrtValue value in _values) value.Dispose();
            _run.Dispose();
            _session.Dispose();
        }

        private OrtValue Keep(OrtValue value)
        {
            _values.Add(value);
            return value;
        }
    }
}
