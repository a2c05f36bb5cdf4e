using RnnActors.Core.Tests.Kernels.Simd;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

[Collection(VectorWidthTests.Name)]
public class ArithmeticProofTests
{
    [Fact]
    public void Every_vector_width_has_the_same_proof() =>
        Assert.All(VectorWidthTests.AtEveryWidth(ArithmeticProof.Compute), proof => Assert.Equal(ArithmeticProof.OfThisProcess, proof));

    [Fact]
    public void What_differs_between_two_proofs_is_named()
    {
        Assert.Equal(["tanh", "new"], ArithmeticProof.Differences("exp=1 tanh=2", "exp=1 tanh=3 new=4"));
        Assert.Empty(ArithmeticProof.Differences(ArithmeticProof.OfThisProcess, ArithmeticProof.OfThisProcess));
        Assert.NotEmpty(ArithmeticProof.Differences(ArithmeticProof.OfThisProcess, "no proof at all"));
    }
}
