using CsCheck;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Products.Transposed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Kernels.Simd;
using RnnActors.Tests;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Threads;

/// <summary>What a team computes is what one thread computes, to the bit; and every part of it is computed once.</summary>
[Collection(VectorWidthTests.Name)]
public class ThreadTeamTests
{
    /// <summary>Large enough for teams of four, with rows that are few and many, columns that are
    /// few and many, and of which some share a place of the cache.</summary>
    private static readonly Gen<(int Threads, int Rows, int K, int N, int Groups, int Start)> Products =
        from threads in Gen.Int[2, 4]
        from shape in Gen.OneOf(
            Gen.Select(Gen.Int[20, 70], Gen.OneOf(Gen.Int[180, 330], Gen.Const(1024)), Gen.Int[500, 900]),
            Gen.Select(Gen.Int[300, 420], Gen.Int[200, 330], Gen.Int[30, 140]))
        from groups in Gen.Int[1, 4]
        from start in Gen.Int[0, 2]
        select (threads, shape.Item1, shape.Item2, shape.Item3 / groups * groups, groups, start);

    [Fact]
    public void A_product_is_that_of_one_thread() => Products.Sample(
        (threads, rows, k, n, groups, start) => AssertSameBits(threads, () =>
        {
            var weight = new PackedMatrix(k, n) { Groups = groups };
            weight.PackTransposed(Pseudorandom.Floats(n * k, 1));
            float[] a = Pseudorandom.Floats(rows * k, 2), bias = Pseudorandom.Floats(n, 3), c = Pseudorandom.Floats(rows * n, 4);
            if (start == 1) MatMul.MultiplyAddBias(a, k, rows, weight, bias, c, n);
            else MatMul.Multiply(a, k, rows, weight, c, n, accumulate: start == 2);
            return c;
        }),
        iter: 12, threads: 1);

    /// <summary>Nothing between the rows of the result is touched: a thread's columns end where another's begin.</summary>
    [Fact]
    public void A_product_of_gates_that_lie_apart_is_that_of_one_thread() => AssertSameBits(3, () =>
    {
        const int Rows = 64, K = 160, N = 4 * 96, Stride = N + 5;
        var weight = new PackedMatrix(K, N) { Groups = 4 };
        weight.Pack(Pseudorandom.Floats(K * N, 1));
        float[] c = Pseudorandom.Floats(Rows * Stride, 3);
        MatMul.Multiply(Pseudorandom.Floats(Rows * K, 2), K, Rows, weight, c, Stride, accumulate: true);
        return c;
    });

    /// <summary>Such rows are put where they have places of their own, as many at a time as little
    /// memory holds; 1000 of them in 1024 floats would else lie as before.</summary>
    [Theory]
    [InlineData(700, 2048, 2048, 96)]
    [InlineData(60, 1000, 1024, 400)]
    public void A_product_of_rows_that_share_a_place_is_that_of_one_thread(int rows, int k, int stride, int n) => AssertSameBits(2, () =>
    {
        var weight = new PackedMatrix(k, n);
        weight.Pack(Pseudorandom.Floats(k * n, 1));
        float[] c = new float[rows * n];
        MatMul.MultiplyAddBias(Pseudorandom.Floats(rows * stride, 2), stride, rows, weight, Pseudorandom.Floats(n, 3), c, n);
        return c;
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_weight_is_packed_as_by_one_thread(bool transposed) => AssertSameBits(3, () =>
    {
        const int K = 300, N = 333;
        var matrix = new PackedMatrix(K, N);
        float[] values = Pseudorandom.Floats(K * N, 1);
        if (transposed) matrix.PackTransposed(values);
        else matrix.Pack(values);
        return [.. Unpacked(matrix)];
    });

    [Theory]
    [InlineData(2, 150, 40, 30, 8, 30)]
    [InlineData(3, 500, 300, 0, 3, 7)]
    [InlineData(4, 65, 130, 260, 8, 40)]
    [InlineData(2, 1000, 3, 90, 1, 60)]
    public void Sums_over_the_tree_are_those_of_one_thread(int threads, int m, int first, int second, int shards, int groups) => AssertSameBits(threads, () =>
    {
        const int Rows = 16;
        int[] merges = new int[shards];
        ReductionTree.Merges(new ShardRange(0, shards), merges);
        var plan = new ShardPlan(Rows, shards);
        ShardRows[] leaves = [.. Enumerable.Range(0, shards).Select(plan.RowsOf)];
        float[] a = Pseudorandom.Floats(groups * Rows * m, 1), b1 = Pseudorandom.Floats(groups * Rows * first, 2),
            b2 = Pseudorandom.Floats(groups * Rows * second, 3);
        float[] later = Pseudorandom.Floats(Rows * second, 4), target1 = Pseudorandom.Floats(m * first, 5), target2 = Pseudorandom.Floats(m * second, 6),
            sums = Pseudorandom.Floats(m, 7);
        var one = new JointOperand(b1, first, Rows * first, first, 0, groups, target1);
        var two = second == 0
            ? default
            : new JointOperand(b2, second, Rows * second, second, 1, groups, target2) { Later = later, LaterStride = second, LaterGroup = 0 };
        float[] onlySums = new float[m];
        MatMul.SumTransposed(new SumOrder(leaves, merges), a, m, Rows * m, groups, m, one, two, sums);
        MatMul.SumTransposed(new SumOrder(leaves, merges) { AddsToTarget = true }, a, m, Rows * m, groups, m, one, two, sums,
            new float[groups * Rows * second * 2]);
        MatMul.SumTransposed(new SumOrder(leaves, merges), a, m, Rows * m, groups, m, default, default, onlySums);
        return [.. target1, .. target2, .. sums, .. onlySums];
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_part_of_every_work_is_computed_once(int threads)
    {
        using var team = new ThreadTeam(threads);
        using var use = team.Enter();
        for (int work = 0; work < 2000; work++)
        {
            var counting = new Counting(new int[threads]);
            ThreadTeam.Run(ref counting);
            Assert.All(counting.Counts, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Every_chunk_is_taken_once_and_a_threads_own_ones_first()
    {
        const int Parts = 3, Chunks = 5;
        var chunks = default(TeamChunks);
        List<(int Owner, int Chunk)> taken = [];
        while (chunks.TryTake(1, Parts, Chunks, out int owner, out int chunk)) taken.Add((owner, chunk));
        Assert.Equal(Enumerable.Range(0, Chunks).Select(chunk => (1, chunk)), taken[..Chunks]);
        Assert.Equal(Parts * Chunks, taken.Distinct().Count());
        Assert.False(chunks.TryTake(0, Parts, Chunks, out _, out _));
    }

    [Fact]
    public void Parts_are_whole_units_that_follow_one_another() => Gen.Select(Gen.Int[0, 400], Gen.Int[1, 40], Gen.Int[1, 9]).Sample((count, unit, parts) =>
    {
        int next = 0;
        for (int part = 0; part < parts; part++)
        {
            var (first, length) = ThreadTeam.PartOf(count, unit, part, parts);
            Assert.Equal(next, length == 0 ? next : first);
            if (length > 0) Assert.Equal(0, first % unit);
            next += length;
        }

        Assert.Equal(count, next);
    });

    /// <summary>As where another program has the core that a helper would need.</summary>
    [Fact]
    public void Without_its_helpers_a_team_computes_the_same()
    {
        var team = new ThreadTeam(3);
        team.Dispose();
        using var use = team.Enter();
        var counting = new Counting(new int[3]);
        ThreadTeam.Run(ref counting);
        Assert.Equal([1, 1, 1], counting.Counts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void What_fails_in_a_part_is_thrown_and_the_team_works_on(int failing)
    {
        using var team = new ThreadTeam(2);
        using var use = team.Enter();
        for (int i = 0; i < 100; i++)
        {
            var work = new Failing(failing);
            bool isThrown = false;
            try
            {
                ThreadTeam.Run(ref work);
            }
            catch (NotSupportedException problem)
            {
                isThrown = problem.Message == "part";
            }

            Assert.True(isThrown);
            var counting = new Counting(new int[2]);
            ThreadTeam.Run(ref counting);
            Assert.Equal([1, 1], counting.Counts);
        }
    }

    [Fact]
    public void A_thread_has_the_team_that_it_entered_and_its_parts_have_none()
    {
        using var team = new ThreadTeam(2);
        Assert.Equal(1, ThreadTeam.ThreadsHere);
        using (team.Enter())
        {
            Assert.Equal(2, ThreadTeam.ThreadsHere);
            var looking = new Looking(new int[2]);
            ThreadTeam.Run(ref looking);
            Assert.Equal([1, 1], looking.Threads);
            Assert.True(ThreadTeam.IsWorth(200, 100));
            Assert.False(ThreadTeam.IsWorth(199, 100));
        }

        Assert.False(ThreadTeam.IsWorth(long.MaxValue, 1));
    }

    [Fact]
    public void A_product_allocates_nothing()
    {
        const int Rows = 32, K = 256, N = 1024, Products = 300;
        using var team = new ThreadTeam(2);
        using var use = team.Enter();
        var weight = new PackedMatrix(K, N) { Groups = 4 };
        weight.Pack(Pseudorandom.Floats(K * N, 1));
        float[] a = Pseudorandom.Floats(Rows * K, 2), c = new float[Rows * N];
        for (int i = 0; i < Products; i++) MatMul.Multiply(a, K, Rows, weight, c, N);
        Allocations.AssertNone(() => MatMul.Multiply(a, K, Rows, weight, c, N));
    }

    /// <summary>At every width, with a team and without.</summary>
    internal static void AssertSameBits(int threads, Func<float[]> compute)
    {
        using var team = new ThreadTeam(threads);
        VectorWidthTests.AssertSameBitsAtEveryWidth(() =>
        {
            float[] alone = compute();
            using var use = team.Enter();
            SameBits.Assert(alone, compute());
            return alone;
        });
    }

    /// <summary>The product by the unit matrix's rows, of which each is a row of the matrix, at any width of panels.</summary>
    private static float[] Unpacked(PackedMatrix matrix)
    {
        float[] rows = new float[matrix.K * matrix.N], unit = new float[matrix.K];
        for (int k = 0; k < matrix.K; k++)
        {
            Array.Clear(unit);
            unit[k] = 1;
            MatMul.Multiply(unit, matrix.K, 1, matrix, rows.AsSpan(k * matrix.N, matrix.N), matrix.N);
        }

        return rows;
    }

    private readonly struct Counting(int[] counts) : ITeamWork
    {
        public int[] Counts => counts;

        public void Compute(int part, int parts)
        {
            Assert.Equal(counts.Length, parts);
            Interlocked.Increment(ref counts[part]);
        }
    }

    private readonly struct Looking(int[] threads) : ITeamWork
    {
        public int[] Threads => threads;

        public void Compute(int part, int parts) => threads[part] = ThreadTeam.ThreadsHere;
    }

    private readonly struct Failing(int failing) : ITeamWork
    {
        public void Compute(int part, int parts)
        {
            if (part == failing) throw new NotSupportedException("part");
        }
    }
}
