using CsCheck;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Threads;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Products.Packed;

/// <summary>A packing that threads share is what one thread alone would have packed, whoever comes when.</summary>
public class SharedPackingTests
{
    private const int Versions = 6;

    [Fact]
    public void Every_thread_reads_what_one_would_have_packed_in_every_version()
    {
        (from k in Gen.Int[1, 70]
         from n in Gen.Int[1, 900]
         from transposed in Gen.Bool
         from threads in Gen.Int[1, 4]
         select (k, n, transposed, threads)).Sample(
            (k, n, transposed, threads) =>
            {
                float[][] weights = [.. Enumerable.Range(0, Versions).Select(version => Pseudorandom.Floats(k * n, (uint)version + 1))];
                float[][] expected = [.. weights.Select(weight => Alone(k, n, transposed, weight))];
                var shared = new SharedPacking(k, n, transposed);
                float[][][] read = new float[threads][][];
                InThreads(threads, (thread, together) =>
                {
                    read[thread] = new float[Versions][];
                    for (int version = 0; version < Versions; version++)
                    {
                        read[thread][version] = shared.Enter(version, weights[version]).Matrix.Data.ToArray();

                        // As between two steps: nobody packs the next parameters while others still read these.
                        together.SignalAndWait();
                    }
                });
                foreach (float[][] ofThread in read)
                    for (int version = 0; version < Versions; version++) SameBits.Assert(expected[version], ofThread[version]);
            },
            iter: 60, threads: 1);
    }

    /// <summary>Weights that are large enough for each team to pack together, and turns that they
    /// take: a helper is of one team, and its stretches are of all.</summary>
    [Fact]
    public void Every_team_reads_what_one_thread_would_have_packed()
    {
        (from k in Gen.Int[100, 200]
         from n in Gen.Int[500, 900]
         from teams in Gen.Int[1, 3].Array[2, 3]
         from takesTurns in Gen.Bool
         select (k, n, teams, takesTurns)).Sample(
            (k, n, teams, takesTurns) =>
            {
                float[][] weights = [.. Enumerable.Range(0, Versions).Select(version => Pseudorandom.Floats(k * n, (uint)version + 1))];
                float[][] expectedForward = [.. weights.Select(weight => Alone(k, n, true, weight))],
                    expectedBackward = [.. weights.Select(weight => Alone(n, k, false, weight))];
                var forward = new SharedPacking(k, n, transposed: true);
                var backward = new SharedPacking(n, k, transposed: false, takesTurns ? forward : null);
                InThreads(teams.Length, (thread, together) =>
                {
                    using var team = new ThreadTeam(teams[thread]);
                    using var entered = team.Enter();
                    for (int version = 0; version < Versions; version++)
                    {
                        using (var use = forward.Enter(version, weights[version])) SameBits.Assert(expectedForward[version], use.Matrix.Data.ToArray());
                        using (var use = backward.Enter(version, weights[version])) SameBits.Assert(expectedBackward[version], use.Matrix.Data.ToArray());
                        together.SignalAndWait();
                    }
                });
            },
            iter: 30, threads: 1);
    }

    /// <summary>A thread whose step is long over, in any place of its packing, spoils nothing for those who went on.</summary>
    [Fact]
    public void Who_comes_late_changes_nothing()
    {
        const int K = 64, N = 4096, Late = 3;
        float[] stale = new float[K * N], present = Pseudorandom.Floats(K * N, 1);
        stale.AsSpan().Fill(float.NaN);
        float[] expected = Alone(K, N, true, present);
        for (int round = 0; round < 40; round++)
        {
            var shared = new SharedPacking(K, N, transposed: true);
            float[] read = [];
            InThreads(Late + 1, (thread, together) =>
            {
                together.SignalAndWait();
                if (thread > 0) shared.Enter(1, stale).Dispose();
                else read = shared.Enter(2, present).Matrix.Data.ToArray();
            });
            SameBits.Assert(expected, read);
            using var packed = shared.Enter(2, present);
            shared.Enter(1, stale).Dispose();
            SameBits.Assert(expected, packed.Matrix.Data.ToArray());
        }
    }

    /// <summary>Both packings lie in the same memory, and threads go from one to the other at their own pace.</summary>
    [Fact]
    public void Packings_that_take_turns_are_whole_as_long_as_they_are_used()
    {
        (from k in Gen.Int[1, 70]
         from n in Gen.Int[1, 300]
         from threads in Gen.Int[1, 4]
         from rounds in Gen.Int[1, 3]
         select (k, n, threads, rounds)).Sample(
            (k, n, threads, rounds) =>
            {
                float[][] weights = [.. Enumerable.Range(0, Versions).Select(version => Pseudorandom.Floats(k * n, (uint)version + 1))];
                var forward = new SharedPacking(k, n, transposed: true);
                var backward = new SharedPacking(n, k, transposed: false, forward);
                InThreads(threads, (thread, together) =>
                {
                    for (int version = 0; version < Versions; version++)
                    {
                        for (int round = 0; round < rounds; round++)
                        {
                            using (var use = forward.Enter(version, weights[version])) SameBits.Assert(Alone(k, n, true, weights[version]),
                                use.Matrix.Data.ToArray());
                            using (var use = backward.Enter(version, weights[version])) SameBits.Assert(Alone(n, k, false, weights[version]),
                                use.Matrix.Data.ToArray());
                        }

                        together.SignalAndWait();
                    }
                });
            },
            iter: 60, threads: 1);
    }

    /// <summary>Who computes with parameters that have been replaced may hang for ever.</summary>
    [Fact]
    public void Nobody_waits_for_a_use_of_an_older_version()
    {
        const int K = 40, N = 70;
        float[] old = Pseudorandom.Floats(K * N, 1), present = Pseudorandom.Floats(K * N, 2);
        var forward = new SharedPacking(K, N, transposed: true);
        var backward = new SharedPacking(N, K, transposed: false, forward);
        var late = forward.Enter(1, old);
        using (var use = backward.Enter(2, present)) SameBits.Assert(Alone(N, K, false, present), use.Matrix.Data.ToArray());
        using (var use = forward.Enter(2, present))
        {
            late.Dispose();
            SameBits.Assert(Alone(K, N, true, present), use.Matrix.Data.ToArray());
        }

        using (var use = backward.Enter(2, present)) SameBits.Assert(Alone(N, K, false, present), use.Matrix.Data.ToArray());
    }

    private static float[] Alone(int k, int n, bool transposed, float[] weight)
    {
        var matrix = new PackedMatrix(k, n);
        if (transposed) matrix.PackTransposed(weight);
        else matrix.Pack(weight);
        return matrix.Data.ToArray();
    }

    /// <summary>Threads that wait for each other; one that fails is waited for no more.</summary>
    private static void InThreads(int count, Action<int, Barrier> run)
    {
        Exception? failure = null;
        using var together = new Barrier(count);
        Thread[] threads = [.. Enumerable.Range(0, count).Select(index => new Thread(() =>
        {
            try
            {
                run(index, together);
            }
            catch (Exception error)
            {
                failure = error;
                together.RemoveParticipant();
            }
        }))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Null(failure);
    }
}
