using SkillTorch.Training;

namespace SkillTorch.Tests.Training;

public class TrainingOptionsTests
{
    [Theory]
    [InlineData(500, 500)] // fewer than the smallest batch: all of them
    [InlineData(2000, 2000)]
    [InlineData(3999, 3999)] // not enough for two
    [InlineData(4000, 2000)]
    [InlineData(5000, 2500)]
    [InlineData(6500, 2166)] // two samples of each epoch's order wait for another epoch
    [InlineData(35000, 2058)]
    public void A_smallest_batch_shares_the_dataset_evenly(int size, int batch)
    {
        Assert.Equal(batch, new TrainingOptions { DatasetSize = size, MinimumBatchSize = 2000 }.SamplesAStep());
        Assert.Equal(size / Math.Max(1, size / 2000), batch);
    }

    [Fact]
    public void A_smallest_batch_needs_a_dataset_and_no_other_batch()
    {
        Assert.Contains(
            "without `training.datasetSize`",
            Assert.Throws<InvalidOptionException>(() => new TrainingOptions { MinimumBatchSize = 20 }.SamplesAStep()).Message
        );
        Assert.Contains(
            "beside `training.batchSize`",
            Assert
                .Throws<InvalidOptionException>(() =>
                    new TrainingOptions
                    {
                        MinimumBatchSize = 20,
                        BatchSize = 5,
                        DatasetSize = 100,
                    }.SamplesAStep()
                )
                .Message
        );
        Assert.Equal(5, new TrainingOptions { BatchSize = 5, DatasetSize = 100 }.SamplesAStep());
        Assert.Null(new TrainingOptions { DatasetSize = 100 }.SamplesAStep());
    }

    [Fact]
    public void Even_batches_train_as_that_batch_size_does()
    {
        var even = TinyTrials.Create("minibatches");
        even = even with { Training = even.Training with { BatchSize = null, DatasetSize = 64, MinimumBatchSize = 15 } };
        var plain = even with { Training = even.Training with { BatchSize = 16, MinimumBatchSize = null } };
        var other = even with { Training = even.Training with { MinimumBatchSize = 30 } };
        Assert.Equal(Numbers(plain), Numbers(even));
        Assert.NotEqual(Numbers(plain), Numbers(other));

        static double[] Numbers(Trial trial) => TinyTrials.Numbers(TinyTrials.Train([trial]).Finished[0]);
    }
}
