using CsCheck;
using RnnActors.Core.Kernels;
using Xunit;

namespace RnnActors.Core.Tests.Kernels;

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
                using var together = new Barrier(threads);
                InThreads(threads, thread =>
                {
                    read[thread] = new float[Versions][];
                    for (int version = 0; version < Versions; version++)
                    {
                        read[thread][version] = shared.Pack(version, weights[version]).Data.ToArray();

                        // As between two steps: nobody packs the next parameters while others still read these.
                        together.SignalAndWait();
                    }
                });
                foreach (float[][] ofThread in read)
                    for (int version = 0; version < Versions; version++) SameBits.Assert(expected[version], ofThread[version]);
            },
            iter: 60, threads: 1);
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
            using var together = new Barrier(Late + 1);
            float[] read = [];
            InThreads(Late + 1, thread =>
            {
                together.SignalAndWait();
                if (thread > 0) shared.Pack(1, stale);
                else read = shared.Pack(2, present).Data.ToArray();
            });
            SameBits.Assert(expected, read);
            var packed = shared.Pack(2, present);
            shared.Pack(1, stale);
            SameBits.Assert(expected, packed.Data.ToArray());
        }
    }

    private static float[] Alone(int k, int n, bool transposed, float[] weight)
    {
        var matrix = new PackedMatrix(k, n);
        if (transposed) matrix.PackTransposed(weight);
        else matrix.Pack(weight);
        return matrix.Data.ToArray();
    }

    private static void InThreads(int count, Action<int> run)
    {
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, count).Select(index => new Thread(() =>
        {
            try
            {
                run(index);
            }
            catch (Exception error)
            {
                failure = error;
            }
        }))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Null(failure);
    }
}
