using CsCheck;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Tests.Kernels.Simd;
using RnnActors.Tests;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Products.Packed;

/// <summary>Who multiplies which columns of a row's product changes no bit of it.</summary>
[Collection(VectorWidthTests.Name)]
public class IntraOpThreadsTests
{
    private const int Rows = 5;

    [Fact]
    public void With_helpers_a_row_has_the_product_of_one_thread_at_every_width() =>
        (from k in Gen.Int[1, 300]
         from n in Gen.Int[256, 900]
         from threads in Gen.Int[1, 4]
         from start in Gen.Int[0, 2]
         select (k, n, threads, start)).Sample(
            (k, n, threads, start) =>
            {
                using var helpers = IntraOpThreads.Of(threads);
                VectorWidthTests.AssertSameBitsAtEveryWidth(() =>
                {
                    float[] products = Multiply(k, n, helpers, start);
                    SameBits.Assert(Multiply(k, n, null, start), products);
                    return products;
                });
            },
            iter: 20, threads: 1);

    [Fact]
    public void Large_weights_are_shared_out_and_small_ones_are_not()
    {
        using var helpers = IntraOpThreads.Of(3);
        Assert.NotNull(helpers.Share(new PackedMatrix(256, 768)));
        Assert.Null(helpers.Share(new PackedMatrix(256, 65)));
        Assert.Null(helpers.Share(new PackedMatrix(10, 768)));
    }

    /// <summary>As where another program has the core that a helper would need.</summary>
    [Fact]
    public void Without_the_help_that_was_asked_for_the_product_is_the_same()
    {
        const int K = 200, N = 700;
        var helpers = IntraOpThreads.Of(3);
        helpers.Dispose();
        SameBits.Assert(Multiply(K, N, null, 1), Multiply(K, N, helpers, 1));
    }

    [Fact]
    public void A_product_allocates_nothing()
    {
        const int K = 256, N = 768, Products = 1000;
        using var helpers = IntraOpThreads.Of(2);
        var weight = Pack(K, N, helpers);
        float[] row = Pseudorandom.Floats(K, 1), product = new float[N];

        for (int i = 0; i < Products; i++) MatMul.Multiply(row, K, 1, weight, product, N);
        Allocations.AssertNone(() => MatMul.Multiply(row, K, 1, weight, product, N));
    }

    /// <summary>The products of one row after another.</summary>
    /// <param name="start">0 for zeros, 1 for a bias, 2 for the product before.</param>
    private static float[] Multiply(int k, int n, IntraOpThreads? helpers, int start)
    {
        var weight = Pack(k, n, helpers);
        float[] bias = Pseudorandom.Floats(n, 3), product = Pseudorandom.Floats(n, 4);
        List<float> all = [];
        for (uint row = 0; row < Rows; row++)
        {
            float[] values = Pseudorandom.Floats(k, 10 + row);
            if (start == 1) MatMul.MultiplyAddBias(values, k, 1, weight, bias, product, n);
            else MatMul.Multiply(values, k, 1, weight, product, n, accumulate: start == 2);
            all.AddRange(product);
        }

        return [.. all];
    }

    private static PackedMatrix Pack(int k, int n, IntraOpThreads? helpers)
    {
        var weight = new PackedMatrix(k, n);
        weight.Pack(Pseudorandom.Floats(k * n, 1));
        weight.Shares = helpers?.Share(weight);
        return weight;
    }
}
