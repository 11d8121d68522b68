using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether elements are equal to a tensor's or a number.</summary>
        public Tensor eq(Tensor target) => Call("eq.Tensor", this, target);
        /// <inheritdoc cref="eq(Tensor)"/>
        public Tensor eq(Scalar target) => Call("eq.Scalar", this, target);
        /// <summary>In-place form of eq.</summary>
        public Tensor eq_(Tensor target) => CallInPlace("eq_.Tensor", this, target);
        /// <inheritdoc cref="eq_(Tensor)"/>
        public Tensor eq_(Scalar target) => CallInPlace("eq_.Scalar", this, target);
        /// <summary>Whether elements are different from a tensor's or a number.</summary>
        public Tensor ne(Tensor target) => Call("ne.Tensor", this, target);
        /// <inheritdoc cref="ne(Tensor)"/>
        public Tensor ne(Scalar target) => Call("ne.Scalar", this, target);
        /// <summary>In-place form of ne.</summary>
        public Tensor ne_(Tensor target) => CallInPlace("ne_.Tensor", this, target);
        /// <inheritdoc cref="ne_(Tensor)"/>
        public Tensor ne_(Scalar target) => CallInPlace("ne_.Scalar", this, target);
        /// <summary>Whether elements are less than a tensor's or a number.</summary>
        public Tensor lt(Tensor target) => Call("lt.Tensor", this, target);
        /// <inheritdoc cref="lt(Tensor)"/>
        public Tensor lt(Scalar target) => Call("lt.Scalar", this, target);
        /// <summary>In-place form of lt.</summary>
        public Tensor lt_(Tensor target) => CallInPlace("lt_.Tensor", this, target);
        /// <inheritdoc cref="lt_(Tensor)"/>
        public Tensor lt_(Scalar target) => CallInPlace("lt_.Scalar", this, target);
        /// <summary>Whether elements are less than or equal to a tensor's or a number.</summary>
        public Tensor le(Tensor target) => Call("le.Tensor", this, target);
        /// <inheritdoc cref="le(Tensor)"/>
        public Tensor le(Scalar target) => Call("le.Scalar", this, target);
        /// <summary>In-place form of le.</summary>
        public Tensor le_(Tensor target) => CallInPlace("le_.Tensor", this, target);
        /// <inheritdoc cref="le_(Tensor)"/>
        public Tensor le_(Scalar target) => CallInPlace("le_.Scalar", this, target);
        /// <summary>Whether elements are greater than a tensor's or a number.</summary>
        public Tensor gt(Tensor target) => Call("gt.Tensor", this, target);
        /// <inheritdoc cref="gt(Tensor)"/>
        public Tensor gt(Scalar target) => Call("gt.Scalar", this, target);
        /// <summary>In-place form of gt.</summary>
        public Tensor gt_(Tensor target) => CallInPlace("gt_.Tensor", this, target);
        /// <inheritdoc cref="gt_(Tensor)"/>
        public Tensor gt_(Scalar target) => CallInPlace("gt_.Scalar", this, target);
        /// <summary>Whether elements are greater than or equal to a tensor's or a number.</summary>
        public Tensor ge(Tensor target) => Call("ge.Tensor", this, target);
        /// <inheritdoc cref="ge(Tensor)"/>
        public Tensor ge(Scalar target) => Call("ge.Scalar", this, target);
        /// <summary>In-place form of ge.</summary>
        public Tensor ge_(Tensor target) => CallInPlace("ge_.Tensor", this, target);
        /// <inheritdoc cref="ge_(Tensor)"/>
        public Tensor ge_(Scalar target) => CallInPlace("ge_.Scalar", this, target);
        /// <summary>Whether both elements are not zero.</summary>
        public Tensor logical_and(Tensor other) => Call("logical_and", this, other);
        /// <summary>In-place form of logical_and.</summary>
        public Tensor logical_and_(Tensor other) => CallInPlace("logical_and_", this, other);
        /// <summary>Whether either element is not zero.</summary>
        public Tensor logical_or(Tensor other) => Call("logical_or", this, other);
        /// <summary>In-place form of logical_or.</summary>
        public Tensor logical_or_(Tensor other) => CallInPlace("logical_or_", this, other);
        /// <summary>Whether exactly one element is not zero.</summary>
        public Tensor logical_xor(Tensor other) => Call("logical_xor", this, other);
        /// <summary>In-place form of logical_xor.</summary>
        public Tensor logical_xor_(Tensor other) => CallInPlace("logical_xor_", this, other);
        /// <summary>The bits set in both.</summary>
        public Tensor bitwise_and(Tensor other) => Call("bitwise_and.Tensor", this, other);
        /// <summary>In-place form of bitwise_and.</summary>
        public Tensor bitwise_and_(Tensor other) => CallInPlace("bitwise_and_.Tensor", this, other);
        /// <summary>The bits set in either.</summary>
        public Tensor bitwise_or(Tensor other) => Call("bitwise_or.Tensor", this, other);
        /// <summary>In-place form of bitwise_or.</summary>
        public Tensor bitwise_or_(Tensor other) => CallInPlace("bitwise_or_.Tensor", this, other);
        /// <summary>The bits set in exactly one.</summary>
        public Tensor bitwise_xor(Tensor other) => Call("bitwise_xor.Tensor", this, other);
        /// <summary>In-place form of bitwise_xor.</summary>
        public Tensor bitwise_xor_(Tensor other) => CallInPlace("bitwise_xor_.Tensor", this, other);
        /// <summary>The bits moved left.</summary>
        public Tensor bitwise_left_shift(Tensor other) => Call("bitwise_left_shift.Tensor", this, other);
        /// <summary>In-place form of bitwise_left_shift.</summary>
        public Tensor bitwise_left_shift_(Tensor other) => CallInPlace("bitwise_left_shift_.Tensor", this, other);
        /// <summary>The bits moved right.</summary>
        public Tensor bitwise_right_shift(Tensor other) => Call("bitwise_right_shift.Tensor", this, other);
        /// <summary>In-place form of bitwise_right_shift.</summary>
        public Tensor bitwise_right_shift_(Tensor other) => CallInPlace("bitwise_right_shift_.Tensor", this, other);
        /// <summary>Whether elements differ by at most atol + rtol · |other|.</summary>
        public Tensor isclose(Tensor other, double rtol = 1E-05, double atol = 1E-08, bool nanEqual = false) => Call("isclose", this, other, rtol, atol, nanEqual);
        /// <summary>Whether all elements differ by at most atol + rtol · |target|.</summary>
        public bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false) => CallNumber("allclose", this, target, rtol, atol, equal_nan).Bits != 0;
        /// <summary>Whether elements are equal to a tensor's; see <see cref="Equals(Tensor)"/> for one answer.</summary>
        public Tensor equal(Tensor target) => eq(target);
        /// <summary>This tensor's elements where the condition holds, else y's.</summary>
        public Tensor where(Tensor condition, Tensor y) => Call("where.self", condition, this, y);
        /// <summary>Whether elements are among test_elements.</summary>
        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false) => Call("isin.Tensor_Tensor", this, test_elements, assumeUnique, invert);
    }
}
