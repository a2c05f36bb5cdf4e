using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Tests.Golden;

/// <summary>How each kind of reference case is built of our layers.</summary>
internal static class TaskRuns
{
    private const int Ignored = -100;

    public static TaskRun Of(GoldenTask task) => task.Kind switch
    {
        "ragged" => Ragged(task),
        "loss" => Loss(task),
        "layer" => Layer(task),
        "seq2seq" => EncoderDecoder(task),
        _ => throw new NotSupportedException(task.Kind),
    };

    private static TaskRun Ragged(GoldenTask task)
    {
        int[] shape = task.Shape("input");
        string loss = task.Text("loss");
        bool isSequence = loss is "mse_valid" or "tag_ce", isLabels = loss != "mse_valid";
        var target = new TargetShape(task.Shape("param.head.bias")[0], isSequence, isLabels);
        var batch = new Batch([Values(task, "input", task.Ints("lengths"))], shape[1], target);
        TakeTargets(task, batch);
        Recurrent stack = Stack(task) with { Name = "rnn", ReturnSequences = loss != "ce_last_state" };
        List<LayerSpec> layers = [stack];
        if (loss == "ce_mean_pool") layers.Add(new Pooling(PoolingMode.Mean));
        if (loss == "ce_max_pool") layers.Add(new Pooling(PoolingMode.Max));
        layers.Add(new Dense(target.Outputs) { Name = "head" });
        return new TaskRun(task, layers, batch, ["input"], isLabels ? new SoftmaxCrossEntropy() : new MeanSquaredError(), _ => States(task, stack));
    }

    private static TaskRun Loss(GoldenTask task)
    {
        int[] shape = task.Shape("input");
        int outputs = task.Shape("param.head.bias")[0];
        Objective objective = Objective(task);
        int[]? lengths = task.Has("lengths") ? task.Ints("lengths") : task.Has("input_lengths") ? task.Ints("input_lengths") : null;
        int width = objective is GaussianLikelihood ? outputs / 2 : objective is QuantileLoss ? 1 : outputs;
        var target = new TargetShape(width, shape.Length == 3, objective.NeedsLabels) { MaxLength = objective is Ctc ? task.Shape("target")[1] : 0 };
        Batch batch;
        if (lengths is not null)
        {
            batch = new Batch([Values(task, "input", lengths)], shape[1], target);
        }
        else
        {
            var input = new BatchInput(new Shape(shape[1], IsSequence: false), new SequenceLayout(1, shape[0]));
            task.Floats("input").CopyTo(input.Values);
            batch = new Batch([input], shape[0], target);
        }

        TakeTargets(task, batch);
        return new TaskRun(task, [new Dense(outputs) { Name = "head" }], batch, ["input"], objective);
    }

    private static TaskRun Layer(GoldenTask task)
    {
        string kind = task.Text("layer");
        int outputs = task.Shape("param.head.bias")[0];
        Dense head = new(outputs) { Name = "head" };
        if (kind == "attention")
        {
            string score = task.Text("score");
            int steps = task.Shape("queries")[0], rows = task.Shape("queries")[1];
            var queries = new BatchInput(new Shape(task.Shape("queries")[2]), new SequenceLayout(steps, rows));
            task.Floats("queries").CopyTo(queries.Values);
            var attending = new Batch([queries, Values(task, "keys", task.Ints("key_lengths"))], rows, new TargetShape(outputs, true, false));
            TakeTargets(task, attending);
            var attention = new Attention(score switch
            {
                "additive" => AttentionScore.Additive,
                "dot" => AttentionScore.Dot,
                "general" => AttentionScore.General,
                _ => AttentionScore.ScaledDot,
            })
            {
                Name = "attention",
                Reads = new("queries", "keys"),
                Causal = score.EndsWith("causal", StringComparison.Ordinal),
                Units = task.Has("param.attention.bias") ? task.Shape("param.attention.bias")[0] : 0,
            };
            return new TaskRun(task, [attention, head], attending, ["queries", "keys"], new MeanSquaredError());
        }

        if (kind == "tied_softmax")
        {
            int[] vocabulary = task.Shape("param.embedding.weight");
            int steps = task.Shape("tokens")[0], rows = task.Shape("tokens")[1];
            var tokens = new BatchInput(Shape.Tokens(vocabulary[0]), new SequenceLayout(steps, rows));
            task.Ints("tokens").CopyTo(tokens.Tokens);
            var labelled = new Batch([tokens], rows, new TargetShape(outputs, true, true));
            TakeTargets(task, labelled);
            return new TaskRun(
                task, [new Embedding(vocabulary[1]) { Name = "embedding" }, Stack(task) with { Name = "rnn", ReturnSequences = true },
                new TiedDense("embedding", outputs) { Name = "head" }],
                labelled, ["tokens"], new SoftmaxCrossEntropy());
        }

        int[] shape = task.Shape("input");
        var input = new BatchInput(new Shape(shape[2]), new SequenceLayout(shape[0], shape[1]));
        task.Floats("input").CopyTo(input.Values);
        var batch = new Batch([input], shape[1], new TargetShape(outputs, true, false));
        TakeTargets(task, batch);
        TaskRun Run(IReadOnlyList<LayerSpec> layers, Func<Model, float[]>? state = null) => new(task, layers, batch, ["input"], new MeanSquaredError(), state);
        switch (kind)
        {
            case "layer_norm":
                return Run([new LayerNorm { Name = "norm" }, head]);
            case "learned_state":
                Recurrent stack = Stack(task) with { Name = "rnn", ReturnSequences = true };
                int width = stack.Layers * stack.Directions * stack.Units;
                List<LayerSpec> layers = [new LearnedState(width) { Name = "h0", Reads = new("input") }];
                if (stack is Lstm) layers.Add(new LearnedState(width) { Name = "c0", Reads = new("input") });
                layers.Add(stack with { Reads = stack is Lstm ? new("input", "h0", "c0") : new("input", "h0") });
                return Run([.. layers, head]);
            case "lstm_projection":
                int units = task.Shape("param.rnn.weight_hr_l0")[1];
                Recurrent projected = new Lstm(units, returnSequences: true) { Name = "rnn", Projection = task.Shape("param.rnn.weight_hr_l0")[0] };
                return Run([projected, head], _ => States(task, projected));
            case "lstm_normalised":
                Recurrent normalised = new Lstm(task.Shape("h0")[1], returnSequences: true) { Name = "rnn", LayerNorm = true };
                return Run([normalised, head], _ => States(task, normalised));
            default:
                throw new NotSupportedException(kind);
        }
    }

    private static TaskRun EncoderDecoder(GoldenTask task)
    {
        int rows = task.Shape("source")[1], pad = task.Int("pad");
        int[] sourceShape = task.Shape("param.source_embedding.weight"), targetShape = task.Shape("param.target_embedding.weight");
        int[] target = task.Ints("target");
        int[] lengths = [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, target.Length / rows).Count(t => target[(t * rows) + row] != pad))];
        var source = Tokens(task, "source", sourceShape[0], task.Ints("source_lengths"));
        var words = Tokens(task, "target_input", targetShape[0], lengths);
        int outputs = task.Shape("param.output.bias")[0];
        var batch = new Batch([source, words], rows, new TargetShape(outputs, true, true) { Axis = 1 });
        TaskRun.Pack<int>(target, words.Layout, 1, batch.Labels);
        return new TaskRun(task, EncoderDecoderLayers(task), batch, ["source", "target"], new SoftmaxCrossEntropy());
    }

    private static List<LayerSpec> EncoderDecoderLayers(GoldenTask task)
    {
        int units = task.Shape("param.bridge_h.bias")[0], encoder = task.Shape("param.encoder.weight_hh_l0")[1], outputs = task.Shape("param.output.bias")[0];
        bool isLstm = task.Text("cell") == "lstm";
        Recurrent both = isLstm ? new Lstm(encoder, true) : new Gru(encoder, true);
        List<LayerSpec> layers =
        [
            new Embedding(task.Shape("param.source_embedding.weight")[1]) { Name = "source_embedding", Reads = new("source") },
            both with { Name = "encoder", Bidirectional = true },
            new Dense(units) { Name = "bridge_h", Reads = new("encoder.h"), Activation = ActivationFunction.Tanh },
        ];
        if (isLstm) layers.Add(new Dense(units) { Name = "bridge_c", Reads = new("encoder.c"), Activation = ActivationFunction.Tanh });
        layers.Add(new Embedding(task.Shape("param.target_embedding.weight")[1]) { Name = "target_embedding", Reads = new("target") });
        string[] states = isLstm ? ["bridge_h", "bridge_c"] : ["bridge_h"];
        AttentionScore score = task.Text("attention") switch
        {
            "additive" => AttentionScore.Additive,
            "general" => AttentionScore.General,
            _ => AttentionScore.Dot,
        };
        if (score == AttentionScore.Additive || task.Flag("input_feeding"))
        {
            layers.Add(new AttentionDecoder(units)
            {
                Name = "decoder",
                Reads = new SignalNames(["target_embedding", "encoder", .. states]),
                Cell = isLstm ? DecoderCell.Lstm : DecoderCell.Gru,
                Score = score,
                AttentionUnits = task.Has("param.attention.bias") ? task.Shape("param.attention.bias")[0] : 0,
            });
            if (score == AttentionScore.Additive) layers.Add(new Concatenate { Reads = new("decoder", "decoder.context", "target_embedding") });
        }
        else
        {
            Recurrent decoder = isLstm ? new Lstm(units, true) : new Gru(units, true);
            layers.Add(decoder with { Name = "decoder", Reads = new SignalNames(["target_embedding", .. states]) });
            layers.Add(new Attention(score) { Name = "attention", Reads = new("decoder", "encoder") });
            layers.Add(new Concatenate { Reads = new("attention", "decoder") });
            layers.Add(new Dense(units) { Name = "combine", Activation = ActivationFunction.Tanh });
        }

        layers.Add(new Dense(outputs) { Name = "output" });
        return layers;
    }

    private static Recurrent Stack(GoldenTask task)
    {
        int units = task.Shape("param.rnn.weight_hh_l0")[1];
        Recurrent stack = task.Text("cell") switch
        {
            "lstm" => new Lstm(units),
            "gru" => new Gru(units),
            "rnn_tanh" => new SimpleRnn(units),
            _ => new SimpleRnn(units) { Activation = ActivationFunction.Relu },
        };
        return stack with { Layers = task.Int("layers"), Bidirectional = task.Flag("bidirectional") };
    }

    private static Objective Objective(GoldenTask task) => task.Text("loss") switch
    {
        "cross_entropy" => new SoftmaxCrossEntropy(task.HasText("ignore_index") ? Ignored : null)
        {
            LabelSmoothing = task.Number("label_smoothing"),
            ClassWeights = task.Has("class_weights") ? new ClassWeights(task.Doubles("class_weights")) : null,
        },
        "nll_masked" => new SoftmaxCrossEntropy(),
        "bce_with_logits" => new BinaryCrossEntropy { PositiveWeights = task.Has("pos_weight") ? new ClassWeights(task.Doubles("pos_weight")) : null },
        "huber" => new Huber(task.Number("delta")),
        "l1" => new MeanAbsoluteError(),
        "gaussian_nll" => new GaussianLikelihood { Full = task.Flag("full"), MinVariance = task.Number("eps") },
        "quantile" => new QuantileLoss(new QuantileLevels(task.Doubles("quantiles"))),
        "ctc" => new Ctc(task.Int("blank"))
        {
            Reduction = task.Text("reduction") == "sum" ? CtcReduction.Sum : CtcReduction.Mean,
            ZeroInfinity = task.Flag("zero_infinity"),
        },
        _ => throw new NotSupportedException(task.Text("loss")),
    };

    private static BatchInput Values(GoldenTask task, string tensor, int[] lengths)
    {
        int[] shape = task.Shape(tensor);
        var input = new BatchInput(new Shape(shape[2]), new SequenceLayout(shape[0], shape[1], isRagged: true));
        input.Layout.Fill(lengths);
        TaskRun.Pack<float>(task.Floats(tensor), input.Layout, shape[2], input.Values);
        return input;
    }

    private static BatchInput Tokens(GoldenTask task, string tensor, int vocabulary, int[] lengths)
    {
        int[] shape = task.Shape(tensor);
        var input = new BatchInput(Shape.Tokens(vocabulary), new SequenceLayout(shape[0], shape[1], isRagged: true));
        input.Layout.Fill(lengths);
        TaskRun.Pack<int>(task.Ints(tensor), input.Layout, 1, input.Tokens);
        return input;
    }

    private static void TakeTargets(GoldenTask task, Batch batch)
    {
        if (batch.Target.HasOwnLength)
        {
            // (rows, longest) in the file.
            int longest = task.Shape("target")[1];
            int[] labels = task.Ints("target");
            batch.TargetLayout.Fill(task.Ints("target_lengths"));
            for (int row = 0; row < batch.Rows; row++)
                for (int i = 0; i < batch.TargetLayout.LengthOf(row); i++) batch.Labels[batch.TargetLayout.PositionOf(i, row)] = labels[(row * longest) + i];
        }
        else if (batch.Target.IsLabels)
        {
            TaskRun.Pack<int>(task.Ints("target"), batch.TargetLayout, 1, batch.Labels);
        }
        else
        {
            TaskRun.Pack<float>(task.Floats("target"), batch.TargetLayout, batch.Target.Outputs, batch.Targets);
        }
    }

    /// <summary>From PyTorch's (layers · directions, rows, H) to our rows: each layer's and direction's hidden state, then its cells.</summary>
    private static float[] States(GoldenTask task, Recurrent stack)
    {
        int[] shape = task.Shape("h0");
        int rows = shape[^2], cells = stack.Layers * stack.Directions, hidden = shape[^1], memory = task.Has("c0") ? task.Shape("c0")[^1] : 0;
        float[] states = new float[rows * cells * (hidden + memory)], h = task.Floats("h0"), c = task.Has("c0") ? task.Floats("c0") : [];
        for (int row = 0; row < rows; row++)
        {
            for (int cell = 0; cell < cells; cell++)
            {
                int at = ((row * cells) + cell) * (hidden + memory);
                h.AsSpan(((cell * rows) + row) * hidden, hidden).CopyTo(states.AsSpan(at));
                if (memory > 0) c.AsSpan(((cell * rows) + row) * memory, memory).CopyTo(states.AsSpan(at + hidden));
            }
        }

        return states;
    }
}
