using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using Xunit;

namespace RnnActors.Data.Tests.Tasks;

public class TrainedNetworkTests
{
    /// <summary>A workspace for each request fills the pinned heap, whose collections stop a server.</summary>
    [Fact]
    public void A_request_like_the_one_before_allocates_no_workspace()
    {
        const int Units = 256, Steps = 40;
        var model = new Model(new ModelSpec([new Lstm(Units), new Dense(1)]), new Shape(1));
        var network = new TrainedNetwork(
            model, RunSpecification.ForDataFile(null).Training, model.CreateParameters(1), threads: 1, new SharedWeights(isFixed: true));
        SequenceDataset data = RaggedDataset.Create([new float[Steps, 1]], [0], 2);
        Func<float[]>[] requests = [() => network.Outputs(data), () => network.OutputsEach(data)[0]];
        foreach (Func<float[]> request in requests)
        {
            float[] first = request();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(first, request());
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Steps * 4 * Units * sizeof(float) / 4); // a quarter of the gates
        }
    }
}
