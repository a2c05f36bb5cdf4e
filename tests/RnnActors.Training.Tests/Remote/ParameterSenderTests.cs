using CsCheck;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

/// <summary>What a node has of the parameters when it is given work, whatever was sent ahead.</summary>
public class ParameterSenderTests
{
    private const int Vocabulary = 5000, Steps = 3, Batch = 8, Rows = 40;

    private readonly TrainingJob _job;
    private readonly int[,] _tokens = new int[Rows, Steps];

    public ParameterSenderTests()
    {
        var random = new Random(1);
        int[,] labels = new int[Rows, Steps];
        for (int row = 0; row < Rows; row++)
            for (int t = 0; t < Steps; t++) _tokens[row, t] = random.Next(Vocabulary);
        var model = new Model(
            new ModelSpec([new Embedding(20), new SimpleRnn(8) { ReturnSequences = true }, new Dense(Vocabulary)]), Shape.Tokens(Vocabulary));
        var training = new TrainingSpec { Loss = new SoftmaxCrossEntropy(), Optimizer = new Adam(), Batch = Batch, Shards = 4, Epochs = 1 };
        _job = new TrainingJob(model, training, ArrayDataset.Create(_tokens, Vocabulary, labels, Vocabulary));
    }

    [Fact]
    public void What_the_rows_of_an_order_read_is_there_when_its_parts_have_come_and_most_of_the_embedding_is_not_sent() =>
        Gen.Int.Sample(
            seed =>
            {
                var random = new Random(seed);
                int length = _job.Model.Layout.Length;
                AlignedBuffer parameters = new(length);
                float[] there = new float[length];
                int parts = 0;
                long bytes = 0;
                var sender = new ParameterSender(_job, (_, number, first, part, marks) =>
                {
                    Assert.Equal(parts++, number);
                    Assert.Equal(0, first % FrameDescription.PageLength);
                    for (int i = 0; i < part.Length; i++)
                    {
                        if (marks is not null && !BlockMarks.IsSet(marks, i / BlockMarks.BlockLength)) continue;
                        there[first + i] = part.Span[i];
                        bytes += sizeof(float);
                    }
                });
                for (int step = 1; step <= 4; step++)
                {
                    parts = 0;
                    bytes = 0;
                    parameters.Span.Fill(step);
                    for (int ahead = random.Next(6); ahead > 0; ahead--)
                    {
                        int first = random.Next(length / FrameDescription.PageLength) * FrameDescription.PageLength;
                        sender.Advance(new ParametersAdvanced(
                            step, parameters, first, Math.Min(length - first, random.Next(1, 40) * FrameDescription.PageLength)));
                    }

                    int[] batch = [.. Enumerable.Range(0, Batch).Select(_ => random.Next(Rows))];
                    for (int order = random.Next(1, 3); order > 0; order--)
                    {
                        int first = random.Next(Batch), count = random.Next(1, Batch - first + 1);
                        int sent = sender.Complete(step, parameters, batch, [new ShardRows(first, count)]);
                        Assert.Equal(parts, sent);
                        foreach (int row in batch[first..(first + count)])
                            for (int t = 0; t < Steps; t++)
                                Assert.All(there[(_tokens[row, t] * 20)..((_tokens[row, t] + 1) * 20)], value => Assert.Equal(step, value));
                        var embedding = _job.Model.Layout["embedding.weight"];
                        Assert.DoesNotContain(there[(embedding.Offset + embedding.Length)..], value => value != step);
                    }

                    Assert.InRange(bytes, 0, sizeof(float) * (length - (Vocabulary * 20 * 9 / 10)));
                    if (random.Next(2) == 0) continue;
                    int all = sender.CompleteAll(step, parameters);
                    Assert.Equal(parts, all);
                    Assert.DoesNotContain(there, value => value != step);
                    Assert.Equal(all, sender.Complete(step, parameters, batch, [new ShardRows(0, Batch)]));
                }
            }, iter: 30, threads: 1);
}
